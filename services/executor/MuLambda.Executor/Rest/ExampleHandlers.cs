using MuLambda.Executor.Prediction;
using MuLambda.Protocol;
using MuLambda.Protocol.Rest;

namespace MuLambda.Executor.Rest;

/// <summary><c>POST /v1/models/{model}:classify</c> and <c>:regress</c>.</summary>
internal sealed class ExampleHandlers(ExamplePredictor examples, PredictJsonLimits limits)
{
    public async Task ClassifyAsync(HttpContext context, PredictionCall call, PooledBuffer body)
    {
        var request = ExamplesJson.ReadRequest(body.WrittenSpan, limits);
        var (result, _) = await examples.ClassifyAsync(call, request.SignatureName, request.Input);
        await RestAnswer.BodyAsync(context, output => ExamplesJson.WriteResponse(output, result));
    }

    public async Task RegressAsync(HttpContext context, PredictionCall call, PooledBuffer body)
    {
        var request = ExamplesJson.ReadRequest(body.WrittenSpan, limits);
        var (result, _) = await examples.RegressAsync(call, request.SignatureName, request.Input);
        await RestAnswer.BodyAsync(context, output => ExamplesJson.WriteResponse(output, result));
    }
}
