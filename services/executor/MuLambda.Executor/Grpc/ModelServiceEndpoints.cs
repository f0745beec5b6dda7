using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;
using MuLambda.ServiceDefaults.Discovery;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Executor.Grpc;

/// <summary><c>tensorflow.serving.ModelService</c>.</summary>
internal sealed class ModelServiceEndpoints(ModelManager models, ModelCounters counters, ExecutorOptions options, ServiceEndpoints services)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var service = ActivatorUtilities.CreateInstance<ModelServiceEndpoints>(endpoints.ServiceProvider);
        var options = endpoints.ServiceProvider.GetRequiredService<ExecutorOptions>();
        var limits = new GrpcServerOptions { MaxReceiveBytes = options.MaxRequestBytes, MaxDuration = options.RequestTimeout };
        endpoints.MapGrpcUnary(ModelService.GetModelStatus, (request, _) => Task.FromResult(service.GetModelStatus(request)), limits);

        // Whoever is let at REST only may ask models, not change them.
        endpoints.MapGrpcUnary(
            ModelService.HandleReloadConfigRequest, service.ReloadAsync, limits with { MaxDuration = options.LoadTimeout, Web = false });
    }

    private GetModelStatusResponse GetModelStatus(GetModelStatusRequest request)
    {
        var spec = ModelSpecs.Require(request.ModelSpec);
        var response = new GetModelStatusResponse();
        foreach (var status in models.Status(spec.Name, ModelSpecs.VersionOf(spec)))
        {
            response.ModelVersionStatus.Add(new ModelVersionStatus
            {
                Version = status.Version,
                State = (ModelVersionStatus.Types.State)status.State,
                Status = new StatusProto { ErrorCode = (Code)status.Code, ErrorMessage = status.Message },
            });
        }

        return response;
    }

    private async Task<ReloadConfigResponse> ReloadAsync(ReloadConfigRequest request, GrpcServerContext context)
    {
        if (request.Config?.ConfigCase != ModelServerConfig.ConfigOneofCase.ModelConfigList)
        {
            throw new GrpcException(
                StatusCode.InvalidArgument,
                "ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently supported");
        }

        var before = request.MetricNames.Select(ValueOf).ToList();
        var configured = ServerConfig.Read(request.Config);
        RequireRegistry(configured);
        await models.ReloadAsync(configured, context.CancellationToken);
        var response = new ReloadConfigResponse { Status = new StatusProto() };
        for (var i = 0; i < before.Count; i++)
        {
            var name = request.MetricNames[i];
            response.Metric.Add(new Metric { Name = name, Int64ValueIncrease = ValueOf(name) - before[i] });
        }

        return response;
    }

    // As at the start: a model that can never come is not waited for.
    private void RequireRegistry(IReadOnlyList<ConfiguredModel> configured)
    {
        if (options.Registry is null
            && configured.FirstOrDefault(model => model.Path is null) is { } model
            && services.GetAll(RegistrySource.Registry).Count == 0)
        {
            throw new GrpcException(
                StatusCode.InvalidArgument, $"Model {model.Name} has no base_path, so it is the registry's, and this executor was given no --registry.");
        }
    }

    private long ValueOf(string metric) => metric switch
    {
        "mulambda_executor_model_loads_total" => counters.Loads,
        "mulambda_executor_model_load_failures_total" => counters.LoadFailures,
        "mulambda_executor_model_unloads_total" => counters.Unloads,
        "mulambda_executor_model_evictions_total" => counters.Evictions,
        _ => 0,
    };
}
