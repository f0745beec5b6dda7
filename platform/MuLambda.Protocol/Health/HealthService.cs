using MuLambda.Protocol.Grpc;

namespace MuLambda.Protocol.Health;

/// <summary>The methods of <c>grpc.health.v1.Health</c>.</summary>
public static class HealthService
{
    /// <summary>The service's full name.</summary>
    public const string Name = "grpc.health.v1.Health";

    /// <summary>Tells the health of a service now.</summary>
    public static GrpcMethod<HealthCheckRequest, HealthCheckResponse> Check { get; } =
        new(Name, "Check", HealthCheckRequest.Parser, HealthCheckResponse.Parser);

    /// <summary>Tells the health of a service now and whenever it changes: a stream.</summary>
    public static GrpcMethod<HealthCheckRequest, HealthCheckResponse> Watch { get; } =
        new(Name, "Watch", HealthCheckRequest.Parser, HealthCheckResponse.Parser);
}
