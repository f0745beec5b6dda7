using System.Runtime.InteropServices;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Processes;

namespace MuLambda.Hosting.Launching;

/// <summary>Turns a resource into the program that runs it.</summary>
internal sealed class ResourceCommands(LaunchContext launch)
{
    private static readonly string DotNet = FindDotNet();

    /// <summary>What keeps a resource from being started, or null. Asked of all before any starts.</summary>
    public string? Problem(IResource resource)
    {
        switch (resource)
        {
            case ProjectResource:
                var output = Output(resource);
                return File.Exists(output) ? null : $"'{resource.Name}' is not built: {output} is missing. Build the AppHost, or the project, in configuration {launch.BuildConfiguration}.";
            case ExecutableResource executable when !Directory.Exists(executable.WorkingDirectory):
                return $"The working directory of '{resource.Name}' is missing: {executable.WorkingDirectory}.";
            case ContainerResource when launch.Containers is null:
                return $"'{resource.Name}' is a container, and no container engine (docker, podman) answers.";
            case ContainerResource when resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.TargetPort is null) is { } endpoint:
                return $"Endpoint '{endpoint.Name}' of container '{resource.Name}' needs a targetPort.";
            default:
                return null;
        }
    }

    /// <summary>The program that runs one replica.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be run.</exception>
    public async Task<ProcessCommand> CreateAsync(IResource resource, int replica, string instanceId, CancellationToken cancellationToken)
    {
        var environment = await ResourceEnvironment.CreateAsync(resource, replica, instanceId, launch, cancellationToken);
        var arguments = await ResourceValues.ArgumentsAsync(resource, replica, launch, cancellationToken);
        return resource switch
        {
            ProjectResource => new ProcessCommand(DotNet, [Output(resource), .. arguments], Path.GetDirectoryName(ProjectPath(resource))!, environment),
            ExecutableResource executable => new ProcessCommand(
                Executables.Find(executable.Command, executable.WorkingDirectory)
                    ?? throw new DistributedApplicationException($"The program '{executable.Command}' was not found."),
                arguments,
                executable.WorkingDirectory,
                environment),
            ContainerResource container => await ContainerCommand.CreateAsync(container, launch, environment, arguments),
            _ => throw new DistributedApplicationException($"A {resource.GetType().Name} cannot be run."),
        };
    }

    private static string ProjectPath(IResource resource) => resource.Annotations.OfType<ProjectPathAnnotation>().Single().ProjectPath;

    private string Output(IResource resource) => ProjectFile.OutputAssembly(ProjectPath(resource), launch.BuildConfiguration);

    // The dotnet that runs the host: it has the runtime, and PATH may lack it.
    private static string FindDotNet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var runtime = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd(Path.DirectorySeparatorChar);
        var beside = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", name));
        return File.Exists(beside) ? beside : Executables.OnPath("dotnet") ?? name;
    }
}
