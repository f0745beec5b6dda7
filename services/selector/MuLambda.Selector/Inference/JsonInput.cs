using MuLambda.Catalog;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector;

/// <summary>An inference in TensorFlow Serving's predict body. It is read by the signature of the model that is chosen.</summary>
/// <param name="body">The body; it must outlive the input.</param>
internal sealed class JsonInput(ReadOnlyMemory<byte> body) : InferenceInput
{
    public override int Items { get; } = JsonItems.Of(body.Span);

    /// <summary>The form of the body, which the answer shares; known once a model took the body.</summary>
    public PredictJsonFormat Format { get; private set; }

    public override ModelInputs For(Model model)
    {
        try
        {
            var request = PredictJson.ReadRequest(body.Span, Signatures.Of(model).InputsOf);
            Format = request.Format;
            return new ModelInputs(
                request.SignatureName, request.Inputs, request.Items, Format == PredictJsonFormat.Row ? "instances" : "inputs");
        }
        catch (PredictJsonException e)
        {
            throw RequestException.Invalid(e.Field, e.Reason);
        }
    }

    public override void Check(IReadOnlyDictionary<string, TensorProto> outputs) => PredictJson.CheckTensors(outputs, Format);
}
