using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Endpoints;

/// <summary>Finds where the platform's services answer.</summary>
internal sealed class EndpointResolver(CliConsole console, string? state)
{
    private const string StateDirectory = ".mulambda";
    private const string FileName = "endpoints.json";

    /// <summary>The address of a resource: what was given, else that of the state directory, the environment, or the
    /// state directory nearest to the current directory.</summary>
    /// <exception cref="CliException">It is nowhere, or what is there is no URL.</exception>
    public Uri Find(string resource, string? given)
    {
        var (address, source) = given is not null ? (given, $"--{resource}")
            : state is not null ? OfState(resource, console.Resolve(state))
            : OfEnvironment(resource) ?? OfNearestState(resource);
        if (!IsHttp(address))
        {
            throw CliException.Usage($"The {resource}'s address in {source} is '{address}', which is no absolute http or https URL.");
        }

        return new Uri(address.EndsWith('/') ? address : address + "/");
    }

    public static bool IsHttp(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private (string Address, string Source)? OfEnvironment(string resource)
    {
        foreach (var name in (string[])[$"MULAMBDA_{resource.ToUpperInvariant()}", $"services__{resource}__http__0"])
        {
            if (console.Environment(name) is { Length: > 0 } value)
            {
                return (value, name);
            }
        }

        return null;
    }

    private static (string Address, string Source) OfState(string resource, string directory)
    {
        var file = Path.Combine(directory, FileName);
        if (!File.Exists(file))
        {
            throw new CliException(ExitCodes.Unreachable, $"{file} is not there: no platform keeps its state in {directory}.");
        }

        return (EndpointsFile.Read(file).Find(resource) ?? throw new CliException(
            ExitCodes.Unreachable, $"{file} has no endpoint 'http' of '{resource}'."), file);
    }

    private (string Address, string Source) OfNearestState(string resource)
    {
        var directory = new DirectoryInfo(console.CurrentDirectory);
        for (; directory is not null; directory = directory.Parent)
        {
            var state = Path.Combine(directory.FullName, StateDirectory);
            if (File.Exists(Path.Combine(state, FileName)))
            {
                return OfState(resource, state);
            }
        }

        throw new CliException(
            ExitCodes.Unreachable,
            $"No address of the {resource} is known: no {StateDirectory}/{FileName} is in {console.CurrentDirectory} or above it. " +
            $"Start the platform there, or give --{resource} URL or --state DIR.");
    }
}
