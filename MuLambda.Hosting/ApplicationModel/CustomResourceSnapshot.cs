using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>Project, Executable or Container.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Its state.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>What it exited with, if it has.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Whether it is healthy; null before it runs.</summary>
    public HealthStatus? HealthStatus { get; init; }

    /// <summary>Why it failed, if it has.</summary>
    internal string? Reason { get; init; }
}
