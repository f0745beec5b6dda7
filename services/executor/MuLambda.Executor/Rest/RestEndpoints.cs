using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Prediction;
using MuLambda.Executor.Scheduling;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Rest;

/// <summary>TensorFlow Serving's REST API.</summary>
internal static class RestEndpoints
{
    private static readonly string[] Models = ["/v1/models/{model}", "/v1/models/{model}/versions/{version}"];

    public static void MapTensorFlowServingRest(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var models = services.GetRequiredService<ModelManager>();
        var predict = new PredictHandler(
            services.GetRequiredService<Predictor>(),
            services.GetRequiredService<AdmissionGate>(),
            services.GetRequiredService<ExecutorOptions>());
        foreach (var path in Models)
        {
            endpoints.MapGet(path, Answering(context => ModelStatusAnswer.WriteAsync(context, Statuses(models, context))));
            endpoints.MapGet(path + "/metadata", Answering(async context =>
            {
                var route = ModelRoute.Of(context);
                using var lease = await models.AcquireAsync(route.Model, VersionChoice.Of(route.Version), context.RequestAborted);
                await ModelMetadataAnswer.WriteAsync(context, lease);
            }));
            endpoints.MapPost(path + ":predict", Answering(predict.AnswerAsync));
        }

        endpoints.MapFallback("/v1/{**path}", context => RestAnswer.ErrorAsync(
            context, StatusCode.NotFound, $"There is no {context.Request.Method} {context.Request.Path} here."));
    }

    private static IReadOnlyList<VersionStatus> Statuses(ModelManager models, HttpContext context)
    {
        var route = ModelRoute.Of(context);
        return models.Status(route.Model, VersionChoice.Of(route.Version));
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
