using Google.Protobuf;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference.SavedModels;

/// <summary>Loads a SavedModel: each signature becomes an ONNX graph of what that signature's outputs need.</summary>
internal static class SavedModelLoader
{
    public static LoadedModel Load(string file, ModelLimits limits, Func<byte[], OrtSession> open)
    {
        using var saved = SavedModelReader.Read(file, limits);
        var runners = new List<SignatureRunner>();
        try
        {
            foreach (var signature in saved.Signatures)
            {
                runners.Add(Load(file, saved, signature, limits, open));
            }

            return new LoadedModel(
                new ModelDescription(ModelFormats.SavedModel, [.. runners.Select(r => r.Description)], saved.Bytes), runners);
        }
        catch
        {
            foreach (var runner in runners)
            {
                runner.Dispose();
            }

            throw;
        }
    }

    /// <summary>The ONNX graph of one signature, as bytes.</summary>
    /// <exception cref="ModelFormatException">There is no such signature, or it has no graph that computes it alone.</exception>
    public static byte[] Translate(string file, string name, ModelLimits limits)
    {
        using var saved = SavedModelReader.Read(file, limits);
        var signature = saved.Signatures.FirstOrDefault(s => s.Name == name)
            ?? throw new ModelFormatException($"{file} has no signature {name}; it has {string.Join(", ", saved.Signatures.Select(s => s.Name))}.");
        var graph = Translate(file, saved, signature, limits);
        return graph.Examples.Count == 0
            ? graph.Model.ToByteArray()
            : throw new ModelFormatException(
                $"{file}, signature {name}: it parses serialized examples (input {graph.Examples[0].Parser.Input}), for which ONNX has no operator.");
    }

    private static SignatureGraph Translate(string file, SavedModelReader saved, SavedSignature signature, ModelLimits limits)
    {
        try
        {
            return SignatureTranslation.Translate(saved, signature, limits);
        }
        catch (TranslationException e)
        {
            throw new ModelFormatException($"{file}, signature {signature.Name}: {e.Message}.", e);
        }
    }

    private static SignatureRunner Load(
        string file, SavedModelReader saved, SavedSignature signature, ModelLimits limits, Func<byte[], OrtSession> open)
    {
        var graph = Translate(file, saved, signature, limits);
        try
        {
            var session = open(graph.Model.ToByteArray());
            return new SignatureRunner(
                graph.Description,
                session,
                [.. session.Inputs.Select(i => i.Name[GraphTranslator.InputName("").Length..])],
                [.. graph.Description.Outputs.Select(o => Position(file, signature, session, GraphTranslator.OutputName(o.Name)))],
                graph.Examples);
        }
        catch (InferenceException e) when (e.Error == InferenceError.Runtime)
        {
            throw new ModelFormatException($"{file}, signature {signature.Name}, cannot be loaded: {e.Message}", e);
        }
    }

    private static int Position(string file, SavedSignature signature, OrtSession session, string output)
    {
        for (var i = 0; i < session.Outputs.Count; i++)
        {
            if (session.Outputs[i].Name == output)
            {
                return i;
            }
        }

        throw new ModelFormatException($"{file}, signature {signature.Name}: the runtime dropped {output}.");
    }
}
