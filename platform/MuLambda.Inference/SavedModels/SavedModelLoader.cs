using Google.Protobuf;
using MuLambda.Inference.Runtime;

namespace MuLambda.Inference.SavedModels;

/// <summary>Loads a SavedModel: each signature becomes an ONNX graph of what that signature's outputs need.</summary>
internal static class SavedModelLoader
{
    public static LoadedModel Load(string file, ModelOptions options)
    {
        var saved = SavedModelReader.Read(file, options.Limits);
        var runners = new List<SignatureRunner>();
        try
        {
            foreach (var signature in saved.Signatures)
            {
                runners.Add(Load(file, saved, signature, options));
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

    /// <summary>The ONNX graph of one signature.</summary>
    /// <exception cref="TranslationException">It cannot be translated.</exception>
    public static Onnx.Proto.ModelProto Translate(SavedModelReader saved, SavedSignature signature, SignatureDescription description, ModelLimits limits)
    {
        var translator = new GraphTranslator(saved.Nodes, OperatorTable.Default, new ConstantBudget(limits.MaxFileBytes));
        foreach (var input in description.Inputs)
        {
            translator.Feed(TensorReference.Parse(signature.Definition.Inputs[input.Name].Name), input.Name, input.DType, input.Shape);
        }

        foreach (var output in description.Outputs)
        {
            translator.Fetch(TensorReference.Parse(signature.Definition.Outputs[output.Name].Name), output.Name, output.DType);
        }

        return translator.Build();
    }

    private static SignatureRunner Load(string file, SavedModelReader saved, SavedSignature signature, ModelOptions options)
    {
        try
        {
            var description = signature.Describe();
            var session = new OrtSession(Translate(saved, signature, description, options.Limits).ToByteArray(), options.IntraOpThreads);
            return new SignatureRunner(
                description,
                session,
                [.. session.Inputs.Select(i => i.Name[GraphTranslator.InputName("").Length..])],
                [.. description.Outputs.Select(o => Position(session, GraphTranslator.OutputName(o.Name)))]);
        }
        catch (TranslationException e)
        {
            throw new ModelFormatException($"{file}, signature {signature.Name}: {e.Message}.", e);
        }
        catch (InferenceException e) when (e.Error == InferenceError.Runtime)
        {
            throw new ModelFormatException($"{file}, signature {signature.Name}, cannot be loaded: {e.Message}", e);
        }
    }

    private static int Position(OrtSession session, string output)
    {
        for (var i = 0; i < session.Outputs.Count; i++)
        {
            if (session.Outputs[i].Name == output)
            {
                return i;
            }
        }

        throw new TranslationException($"the runtime dropped {output}");
    }
}
