using MuLambda.Protocol.OpenInference;
using MuLambda.Protocol.Rest;

namespace MuLambda.Selector;

/// <summary>Makes inputs of the protocol's requests; it knows no signatures, so that the default one is called.</summary>
internal static class OpenInferenceInput
{
    public static TensorInput Of(ModelInferRequest request) =>
        Explained(() => new TensorInput(
            string.Empty, InferMessages.ReadInputs(request), [.. request.Outputs.Select(output => output.Name)]));

    public static T Explained<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (PredictJsonException e)
        {
            throw RequestException.Invalid(e.Field, e.Reason);
        }
    }
}
