using MuLambda.Executor.Metrics;
using MuLambda.Executor.Models;
using MuLambda.Executor.Prediction;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Rest;

/// <summary>TensorFlow Serving's REST API.</summary>
internal static class RestEndpoints
{
    private static readonly string[] Models =
        ["/v1/models/{model}", "/v1/models/{model}/versions/{version}", "/v1/models/{model}/labels/{label}"];

    public static void MapTensorFlowServingRest(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var models = services.GetRequiredService<ModelManager>();
        var call = ActivatorUtilities.CreateInstance<RestCall>(services);
        var predict = new PredictHandler(services.GetRequiredService<Predictor>(), call.Limits);
        var examples = new ExampleHandlers(services.GetRequiredService<ExamplePredictor>(), call.Limits);
        foreach (var path in Models)
        {
            endpoints.MapGet(path, Answering(context =>
            {
                var route = ModelRoute.Of(context);
                return ModelStatusAnswer.WriteAsync(context, models.Status(route.Model, route.Version));
            }));
            endpoints.MapGet(path + "/metadata", Answering(async context =>
            {
                var route = ModelRoute.Of(context);
                using var lease = await models.AcquireAsync(route.Model, route.Version, context.RequestAborted);
                await ModelMetadataAnswer.WriteAsync(context, lease);
            }));
            endpoints.MapPost(path + ":predict", Answering(call.Answering(PredictionCall.Predict, predict.AnswerAsync)));
            endpoints.MapPost(path + ":classify", Answering(call.Answering(PredictionCall.Classify, examples.ClassifyAsync)));
            endpoints.MapPost(path + ":regress", Answering(call.Answering(PredictionCall.Regress, examples.RegressAsync)));
        }

        endpoints.MapGet("/monitoring/prometheus/metrics", (HttpContext context, ExecutorMetrics metrics) =>
        {
            context.Response.ContentType = ExecutorMetrics.ContentType;
            return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
        });
        endpoints.MapFallback("/v1/{**path}", context => RestAnswer.ErrorAsync(
            context, StatusCode.InvalidArgument, $"Malformed request: {context.Request.Method} {context.Request.Path}"));
    }

    /// <summary>Turns what a handler throws into an answer.</summary>
    private static RequestDelegate Answering(RequestDelegate handler) => async context =>
    {
        try
        {
            await handler(context);
        }
        catch (GrpcException e) when (!context.Response.HasStarted)
        {
            await RestAnswer.ErrorAsync(context, e.StatusCode, e.Message);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await RestAnswer.ErrorAsync(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
    };
}
