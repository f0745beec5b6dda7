using MuLambda.Executor.Prediction;
using MuLambda.Inference;
using MuLambda.Protocol;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Rest;

/// <summary><c>POST /v1/models/{model}:predict</c>.</summary>
internal sealed class PredictHandler(Predictor predictor, PredictJsonLimits limits)
{
    public async Task AnswerAsync(HttpContext context, PredictionCall call, PooledBuffer body)
    {
        var format = PredictJsonFormat.Row;
        using var prediction = await predictor.PredictAsync(call, model =>
        {
            var request = Parse(body, model);
            format = request.Format;
            return InputOf(request);
        });

        // The messages borrow the outputs' memory; the JSON is written from there.
        var outputs = new KeyValuePair<string, TensorProto>[prediction.Outputs.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new(prediction.Outputs[i].Name, prediction.Outputs[i].Tensor.BorrowAsTensorProto());
        }

        try
        {
            await RestAnswer.BodyAsync(context, output => PredictJson.WriteResponse(output, outputs, format));
        }
        catch (InvalidDataException e)
        {
            // Such outputs exist; they have no row form.
            throw new GrpcException(StatusCode.InvalidArgument, e.Message, e);
        }
    }

    private PredictJsonRequest Parse(PooledBuffer body, LoadedModel model)
    {
        try
        {
            return PredictJson.ReadRequest(body.WrittenSpan, signature => InputsOf(model, signature), limits);
        }
        catch (PredictJsonException e)
        {
            throw new GrpcException(StatusCode.InvalidArgument, e.Message, e);
        }
    }

    private static TensorSignature[] InputsOf(LoadedModel model, string name)
    {
        var signature = SignatureChecks.Find(model, name)
            ?? throw new GrpcException(
                StatusCode.InvalidArgument, $"Serving signature name: \"{name}\" not found in signature def");
        var inputs = new TensorSignature[signature.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = signature.Inputs[i];
            inputs[i] = new TensorSignature(input.Name, input.DType.ToTensorFlow(), input.AnyShape ? null : input.Shape);
        }

        return inputs;
    }

    private static PredictionInput InputOf(PredictJsonRequest request)
    {
        var input = new PredictionInput(request.SignatureName, []);
        try
        {
            foreach (var (name, proto) in request.Inputs)
            {
                input.Add(name, proto.ToTensor(name));
            }

            return input;
        }
        catch (InferenceException e)
        {
            input.Dispose();
            throw new GrpcException(SignatureChecks.StatusOf(e.Error), e.Message, e);
        }
    }
}
