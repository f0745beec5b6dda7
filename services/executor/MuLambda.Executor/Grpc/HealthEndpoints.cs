using System.Runtime.CompilerServices;
using MuLambda.Executor.Models;
using MuLambda.Executor.Scheduling;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Health;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;
using ServingStatus = MuLambda.Protocol.Health.HealthCheckResponse.Types.ServingStatus;

namespace MuLambda.Executor.Grpc;

/// <summary><c>grpc.health.v1.Health</c>: serving while every model that was named is available.</summary>
internal sealed class HealthEndpoints(ModelManager models, IHostApplicationLifetime lifetime)
{
    private const int MaxWatchers = 1024;

    private static readonly string[] Services = [string.Empty, PredictionService.Name, ModelService.Name];

    private bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var service = ActivatorUtilities.CreateInstance<HealthEndpoints>(endpoints.ServiceProvider);
        var watchers = new AdmissionGate(MaxWatchers);
        endpoints.MapGrpcUnary(HealthService.Check, (request, _) => Task.FromResult(service.Check(request)));
        endpoints.MapGrpcServerStreaming(
            HealthService.Watch,
            (request, call) => service.WatchAsync(request, call.CancellationToken),
            new GrpcServerOptions { Admit = watchers.Enter });
    }

    private HealthCheckResponse Check(HealthCheckRequest request) => Services.Contains(request.Service)
        ? new HealthCheckResponse { Status = Status() }
        : throw new GrpcException(StatusCode.NotFound, $"There is no service '{request.Service}' here.");

    private async IAsyncEnumerable<HealthCheckResponse> WatchAsync(
        HealthCheckRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var end = Task.Delay(Timeout.Infinite, ending.Token);
        var known = Services.Contains(request.Service);
        ServingStatus? told = null;
        while (true)
        {
            var change = models.NextChange;
            var status = known ? Status() : ServingStatus.ServiceUnknown;
            if (status != told)
            {
                told = status;
                yield return new HealthCheckResponse { Status = status };
            }

            if (IsStopping)
            {
                throw new GrpcException(StatusCode.Unavailable, "The executor is stopping.");
            }

            await Task.WhenAny(change, end);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private ServingStatus Status() =>
        !IsStopping && models.IsReady(out _) ? ServingStatus.Serving : ServingStatus.NotServing;
}
