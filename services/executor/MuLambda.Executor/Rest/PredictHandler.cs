using MuLambda.Executor.Prediction;
using MuLambda.Protocol;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Rest;

/// <summary><c>POST /v1/models/{model}:predict</c>.</summary>
internal sealed class PredictHandler(Predictor predictor, PredictJsonLimits limits)
{
    public async Task AnswerAsync(HttpContext context, PredictionCall call, PooledBuffer body)
    {
        var format = PredictJsonFormat.Row;
        using var prediction = await predictor.PredictAsync(call, model =>
        {
            (var input, format) = PredictBody.Read(body.WrittenSpan, model, limits);
            return input;
        });
        context.Response.Headers[RequestsAheadHeader.Name] = RequestsAheadHeader.Format(prediction.RequestsAhead);
        var outputs = PredictBody.Borrow(prediction.Outputs);
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
}
