using MuLambda.Inference.Onnx.Proto;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference.Onnx;

/// <summary>Loads an ONNX file as it is, after looking at what the runtime would otherwise trust.</summary>
internal static class OnnxModelLoader
{
    private const string Method = "tensorflow/serving/predict";

    // A run keeps a pointer for each on its stack.
    private const int MostTensors = 4096;

    public static LoadedModel Load(string file, ModelLimits limits, Func<byte[], OrtSession> open)
    {
        var bytes = ModelFile.Read(file, limits);
        OnnxModelCheck.Check(file, ModelFile.Parse(file, bytes, ModelProto.Parser, limits), limits);
        var session = Open(file, bytes, open);
        try
        {
            var signature = Describe(file, session);
            var runner = new SignatureRunner(
                signature, session, [.. signature.Inputs.Select(i => i.Name)], [.. Enumerable.Range(0, signature.Outputs.Count)], []);
            return new LoadedModel(new ModelDescription(ModelFormats.Onnx, [signature], bytes.Length), [runner]);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static OrtSession Open(string file, byte[] bytes, Func<byte[], OrtSession> open)
    {
        try
        {
            return open(bytes);
        }
        catch (InferenceException e) when (e.Error == InferenceError.Runtime)
        {
            throw new ModelFormatException($"{file} cannot be loaded: {e.Message}", e);
        }
    }

    private static SignatureDescription Describe(string file, OrtSession session)
    {
        Require(file, "input", session.Inputs);
        Require(file, "output", session.Outputs);
        return new SignatureDescription(ModelFormats.DefaultSignature, Method, session.Inputs, session.Outputs);
    }

    private static void Require(string file, string what, IReadOnlyList<TensorSpec> specs)
    {
        if (specs.Count > MostTensors)
        {
            throw new ModelFormatException($"{file} has {specs.Count} {what}s; the limit is {MostTensors}.");
        }

        foreach (var spec in specs)
        {
            if (spec.DType == DType.None)
            {
                throw new ModelFormatException(
                    $"{file}: {what} {spec.Name} is not a tensor of {string.Join(", ", DTypes.All.Select(t => t.Name()))}.");
            }
        }

        if (specs.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count() != specs.Count)
        {
            throw new ModelFormatException($"{file}: two {what}s have the same name.");
        }
    }
}
