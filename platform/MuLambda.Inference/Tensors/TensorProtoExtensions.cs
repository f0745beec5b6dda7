using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference;

/// <summary>Tensors to and from TensorFlow's message.</summary>
public static class TensorProtoExtensions
{
    /// <summary>
    /// The tensor a message holds, in <c>tensor_content</c> or in the field of its type, whose last value stands for all that
    /// are missing. Shares the message's memory where it can.
    /// </summary>
    /// <param name="proto">The message; must not be changed while the tensor lives.</param>
    /// <param name="name">What errors call the tensor.</param>
    /// <param name="limits">How large it may be; <see cref="TensorLimits.Default"/> when null.</param>
    /// <param name="pool">Where memory comes from when it cannot be shared.</param>
    /// <returns>The tensor; the caller disposes it.</returns>
    /// <exception cref="InferenceException">
    /// The message is malformed (<see cref="InferenceError.InvalidInput"/>) or too large (<see cref="InferenceError.TooLarge"/>).
    /// </exception>
    public static Tensor ToTensor(this TensorProto proto, string name, TensorLimits? limits = null, TensorPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(proto);
        return TensorProtoReader.Read(proto, name, limits ?? TensorLimits.Default, pool ?? TensorPool.Shared);
    }

    /// <summary>A message with a copy of the tensor's contents.</summary>
    /// <param name="tensor">The tensor.</param>
    public static TensorProto ToTensorProto(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var proto = Header(tensor);
        if (tensor.DType == DType.String)
        {
            AddStrings(proto, tensor);
        }
        else
        {
            proto.TensorContent = ByteString.CopyFrom(tensor.Bytes);
        }

        return proto;
    }

    /// <summary>
    /// A message that shares the tensor's memory, for writing an answer without a copy. It must be written out before the
    /// tensor is disposed and not be used after.
    /// </summary>
    /// <param name="tensor">The tensor.</param>
    public static TensorProto BorrowAsTensorProto(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var proto = Header(tensor);
        if (tensor.DType == DType.String)
        {
            AddStrings(proto, tensor);
        }
        else
        {
            proto.TensorContent = UnsafeByteOperations.UnsafeWrap(new TensorMemory(tensor).Memory);
        }

        return proto;
    }

    private static TensorProto Header(Tensor tensor)
    {
        var shape = new TensorShapeProto();
        foreach (var size in tensor.Shape)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = size });
        }

        return new TensorProto { Dtype = tensor.DType.ToTensorFlow(), TensorShape = shape };
    }

    private static void AddStrings(TensorProto proto, Tensor tensor)
    {
        foreach (var s in tensor.Strings)
        {
            proto.StringVal.Add(UnsafeByteOperations.UnsafeWrap(s));
        }
    }
}
