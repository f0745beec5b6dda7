using Microsoft.Extensions.Configuration;
using MuLambda.Hosting.Containers;

namespace MuLambda.Hosting.Launching;

/// <summary>What launching a resource depends on.</summary>
/// <param name="Configuration">The host's configuration.</param>
/// <param name="ExecutionContext">Whether the application runs or is published.</param>
/// <param name="EnvironmentName">Development, usually.</param>
/// <param name="BuildConfiguration">Debug or Release: which output of the projects runs.</param>
/// <param name="StateDirectory">Absolute.</param>
/// <param name="Containers">The engine, or null when none answers.</param>
internal sealed record LaunchContext(
    IConfiguration Configuration,
    DistributedApplicationExecutionContext ExecutionContext,
    string EnvironmentName,
    string BuildConfiguration,
    string StateDirectory,
    ContainerEngine? Containers);
