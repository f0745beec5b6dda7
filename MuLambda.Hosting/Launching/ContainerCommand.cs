using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Processes;

namespace MuLambda.Hosting.Launching;

/// <summary>Runs a container attached to a client process: its log is the client's output, its end the client's end.</summary>
internal static class ContainerCommand
{
    public static async Task<ProcessCommand> CreateAsync(
        ContainerResource container, LaunchContext launch, Dictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        var engine = launch.Containers!;
        var name = NameOf(container, launch.StateDirectory);
        // A host that was killed may have left it.
        await engine.RemoveAsync(name);
        return new ProcessCommand(engine.Command, Arguments(container, name, environment, arguments), launch.StateDirectory, environment)
        {
            Stop = grace => engine.StopAsync(name, grace),
            CleanUp = () => engine.RemoveAsync(name),
        };
    }

    /// <summary>The container's name: the same in every run on the same state directory, another on another.</summary>
    public static string NameOf(ContainerResource container, string stateDirectory)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(stateDirectory));
        return $"mulambda-{container.Name}-{Convert.ToHexStringLower(hash.AsSpan(0, 4))}";
    }

    private static List<string> Arguments(
        ContainerResource container, string name, Dictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        List<string> args = ["run", "--rm", "--name", name];
        foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
        {
            var protocol = endpoint.Protocol == System.Net.Sockets.ProtocolType.Udp ? "/udp" : "";
            args.AddRange(["-p", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{endpoint.Allocated[0].Port}:{endpoint.TargetPort}{protocol}")]);
        }

        foreach (var (variable, value) in environment.ToList())
        {
            if (ConcernsClient(variable))
            {
                environment.Remove(variable);
                args.AddRange(["-e", $"{variable}={value}"]);
            }
            else
            {
                // Without a value the client takes it from its own environment: a secret is not seen in the list of processes.
                args.AddRange(["-e", variable]);
            }
        }

        foreach (var mount in container.Annotations.OfType<ContainerMountAnnotation>())
        {
            var source = mount.Source is null ? "" : mount.Source + ":";
            args.AddRange(["-v", source + mount.Target + (mount.IsReadOnly ? ":ro" : "")]);
        }

        if (container.Entrypoint is { } entrypoint)
        {
            args.AddRange(["--entrypoint", entrypoint]);
        }

        var image = container.Annotations.OfType<ContainerImageAnnotation>().Last();
        args.Add($"{image.Image}:{image.Tag}");
        args.AddRange(arguments);
        return args;
    }

    private static bool ConcernsClient(string variable) =>
        variable is "PATH" or "HOME" or "USER" || variable.StartsWith("DOCKER_", StringComparison.Ordinal)
        || variable.StartsWith("CONTAINER", StringComparison.Ordinal) || variable.StartsWith("LD_", StringComparison.Ordinal);
}
