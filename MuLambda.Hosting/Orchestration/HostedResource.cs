using Microsoft.Extensions.Diagnostics.HealthChecks;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting.Orchestration;

/// <summary>A resource that runs, with its replicas.</summary>
internal sealed class HostedResource
{
    public HostedResource(IResource resource)
    {
        Resource = resource;
        var count = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        Replicas = [.. Enumerable.Range(0, count).Select(i => new Replica(count == 1 ? resource.Name : $"{resource.Name}-{i}", i))];
    }

    public IResource Resource { get; }

    public string Name => Resource.Name;

    public IReadOnlyList<Replica> Replicas { get; }

    public IEnumerable<EndpointAnnotation> Endpoints => Resource.Annotations.OfType<EndpointAnnotation>();

    public IReadOnlyList<HttpHealthCheckAnnotation> HealthChecks => [.. Resource.Annotations.OfType<HttpHealthCheckAnnotation>()];

    public IReadOnlyList<WaitAnnotation> Waits => [.. Resource.Annotations.OfType<WaitAnnotation>()];

    /// <summary>Whether it is meant to run until it is stopped; a task is not.</summary>
    public bool Serves => Endpoints.Any() || HealthChecks.Count > 0;

    public string Type => Resource switch
    {
        ProjectResource => "Project",
        ContainerResource => "Container",
        _ => "Executable",
    };

    /// <summary>What it is now, from what its replicas are.</summary>
    public CustomResourceSnapshot Snapshot()
    {
        var worst = Replicas.OrderBy(r => Rank(r.State)).First();
        return new CustomResourceSnapshot
        {
            ResourceType = Type,
            State = worst.State,
            ExitCode = worst.ExitCode,
            Reason = worst.Reason,
            HealthStatus = Replicas.All(r => r.State == KnownResourceStates.Running) ?
                Replicas.All(r => r.Healthy) ? HealthStatus.Healthy : HealthStatus.Unhealthy
                : null,
        };
    }

    private static int Rank(string state) => state switch
    {
        "FailedToStart" => 0,
        "Exited" => 1,
        "Stopping" => 2,
        "Waiting" => 3,
        "Starting" => 4,
        "Running" => 5,
        _ => 6,
    };
}
