namespace MuLambda.Inference.Runtime;

/// <summary>Tensors to and from ONNX Runtime's values.</summary>
internal static unsafe class OrtTensors
{
    private const int String = (int)Onnx.Proto.TensorProto.Types.DataType.String;

    /// <summary>A value over the tensor's own memory (strings are copied); the tensor must outlive it.</summary>
    public static nint ToValue(Tensor tensor)
    {
        var environment = OrtEnvironment.Current;
        if (tensor.DType != DType.String)
        {
            return OrtApi.CreateTensor(
                environment.MemoryInfo, tensor.Address, (nuint)tensor.ByteLength, tensor.Shape, (int)OrtTypes.ToOnnx(tensor.DType));
        }

        var value = OrtApi.CreateOwnedTensor(environment.Allocator, tensor.Shape, String);
        try
        {
            var strings = tensor.Strings;
            for (var i = 0; i < strings.Length; i++)
            {
                OrtApi.SetString(value, (nuint)i, strings[i].Span);
            }

            return value;
        }
        catch
        {
            OrtApi.Release(OrtFunction.ReleaseValue, value);
            throw;
        }
    }

    /// <summary>A tensor over the value's own memory (strings are copied), which it releases when it is disposed.</summary>
    public static Tensor TakeValue(nint value)
    {
        var handle = new OrtHandle(value, OrtFunction.ReleaseValue);
        try
        {
            if (value == 0 || OrtApi.GetInt(OrtFunction.IsTensor, value) == 0)
            {
                throw new InferenceException(InferenceError.Runtime, "The graph gave something that is not a tensor.");
            }

            using var info = new OrtHandle(
                OrtApi.Get(OrtFunction.GetTensorTypeAndShape, value), OrtFunction.ReleaseTensorTypeAndShapeInfo);
            var type = OrtTypes.FromOnnx(OrtApi.GetInt(OrtFunction.GetTensorElementType, info.Value));
            var shape = Dimensions(info.Value);
            switch (type)
            {
                case DType.None:
                    throw new InferenceException(InferenceError.Runtime, "The graph gave a tensor of a type that is not supported.");
                case DType.String:
                    var strings = new ReadOnlyMemory<byte>[Tensor.CountElements(shape)];
                    for (var i = 0; i < strings.Length; i++)
                    {
                        strings[i] = OrtApi.GetString(value, (nuint)i);
                    }

                    handle.Dispose();
                    return new Tensor(shape, strings);
                default:
                    return new Tensor(type, shape, new OrtValueStorage(handle));
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>What a graph declares about an input or output; type None where it is no tensor of a type tensors can have.</summary>
    public static TensorSpec Describe(string name, nint typeInfo)
    {
        // The result belongs to the type information.
        var info = OrtApi.Get(OrtFunction.CastTypeInfoToTensorInfo, typeInfo);
        return info == 0
            ? new TensorSpec(name, DType.None, null)
            : new TensorSpec(name, OrtTypes.FromOnnx(OrtApi.GetInt(OrtFunction.GetTensorElementType, info)), Dimensions(info));
    }

    private static long[] Dimensions(nint info)
    {
        var shape = new long[(int)OrtApi.Get(OrtFunction.GetDimensionsCount, info)];
        OrtApi.GetDimensions(info, shape);
        return shape;
    }
}
