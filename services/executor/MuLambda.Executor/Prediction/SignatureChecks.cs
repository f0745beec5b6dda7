using MuLambda.Inference;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Prediction;

/// <summary>Whether a request fits a signature, with TensorFlow Serving's words where it does not.</summary>
internal static class SignatureChecks
{
    /// <summary>The status of a failure that is the caller's.</summary>
    public static StatusCode StatusOf(InferenceError error) =>
        error == InferenceError.TooLarge ? StatusCode.ResourceExhausted : StatusCode.InvalidArgument;

    /// <summary>The signature of a name, or null.</summary>
    public static SignatureDescription? Find(LoadedModel model, string name)
    {
        var wanted = name.Length > 0 ? name : ModelFormats.DefaultSignature;
        foreach (var signature in model.Description.Signatures)
        {
            if (signature.Name == wanted)
            {
                return signature;
            }
        }

        return null;
    }

    /// <summary>Requires that the request has the signature's inputs and no others, and asks for outputs there are.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT.</exception>
    public static void RequireNames(SignatureDescription signature, PredictionInput input)
    {
        var fits = input.Tensors.Count == signature.Inputs.Count;
        for (var i = 0; fits && i < signature.Inputs.Count; i++)
        {
            fits = input.Tensors.ContainsKey(signature.Inputs[i].Name);
        }

        if (!fits)
        {
            throw InputsDiffer(signature, input);
        }

        foreach (var output in input.Outputs)
        {
            if (!signature.Outputs.Any(known => known.Name == output))
            {
                throw new GrpcException(
                    StatusCode.InvalidArgument,
                    $"output tensor alias not found in signature: {output} Outputs expected to be in the set {{{Names(signature.Outputs)}}}.");
            }
        }
    }

    /// <summary>Requires what classification needs: serialized examples in, classes or scores or both out.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT.</exception>
    public static void RequireClassification(SignatureDescription signature)
    {
        RequireExamples(signature, "classification");
        if (signature.Outputs.Count is not (1 or 2))
        {
            throw Invalid($"Expected one or two output Tensors, found {signature.Outputs.Count}");
        }

        if (!signature.Outputs.Any(output => output.Name is SignatureMethods.Classes or SignatureMethods.Scores))
        {
            throw Invalid(
                $"Expected classification signature outputs to contain at least one of \"{SignatureMethods.Classes}\" or \"{SignatureMethods.Scores}\". Signature was: {Describe(signature)}");
        }
    }

    /// <summary>Requires what regression needs: serialized examples in, numbers out.</summary>
    /// <exception cref="GrpcException">INVALID_ARGUMENT.</exception>
    public static void RequireRegression(SignatureDescription signature)
    {
        RequireExamples(signature, "regression");
        if (signature.Outputs.Count != 1)
        {
            throw Invalid("Expected one output Tensor.");
        }

        if (signature.Outputs[0].Name != SignatureMethods.Outputs)
        {
            throw Invalid($"No regression outputs found in SignatureDef: {Describe(signature)}");
        }
    }

    private static void RequireExamples(SignatureDescription signature, string purpose)
    {
        if (signature.Inputs.Count != 1)
        {
            throw Invalid("Expected one input Tensor.");
        }

        if (signature.Inputs[0].Name != SignatureMethods.Inputs)
        {
            throw Invalid($"No {purpose} inputs found in SignatureDef: {Describe(signature)}");
        }
    }

    private static GrpcException InputsDiffer(SignatureDescription signature, PredictionInput input)
    {
        var given = input.Tensors.Keys.Order(StringComparer.Ordinal).ToList();
        var wanted = signature.Inputs.Select(i => i.Name).ToList();
        return Invalid(
            $"input size does not match signature: {given.Count}!={wanted.Count} len({{{string.Join(',', given)}}}) != len({{{string.Join(',', wanted)}}})."
            + $" Sent extra: {{{string.Join(',', given.Except(wanted))}}}."
            + $" Missing but required: {{{string.Join(',', signature.Inputs.Where(i => !given.Contains(i.Name)))}}}.");
    }

    private static string Describe(SignatureDescription signature) =>
        $"{signature.Name} ({signature.MethodName}): inputs {{{string.Join(", ", signature.Inputs)}}}, outputs {{{string.Join(", ", signature.Outputs)}}}";

    private static string Names(IReadOnlyList<TensorSpec> tensors) => string.Join(',', tensors.Select(tensor => tensor.Name));

    private static GrpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
