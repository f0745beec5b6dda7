using System.CommandLine;
using System.CommandLine.Help;

namespace MuLambda.Hosting.Options;

/// <summary>The options of the host's command line.</summary>
internal sealed record HostCommandLine(string? State, int? PortBase, bool Samples, string? ContainerCommand, bool HelpWanted)
{
    private static readonly Option<string?> StateOption = new("--state")
    {
        Description = "Directory for databases, artifacts and endpoints.json [default: .mulambda at the repository root]",
        HelpName = "DIR",
    };

    private static readonly Option<int?> PortBaseOption = new("--port-base")
    {
        Description = "First port; the endpoints get consecutive ones in declaration order [default: free ports]",
        HelpName = "N",
    };

    private static readonly Option<bool> NoSamplesOption = new("--no-samples")
    {
        Description = "Start the platform without the sample models, executors and clients",
    };

    private static readonly Option<string?> ContainerCommandOption = new("--container-command")
    {
        Description = "The program that runs containers, or 'none' [default: docker or podman, whichever answers]",
        HelpName = "CMD",
    };

    /// <summary>Reads the command line; an option or argument that is not known is an error.</summary>
    /// <exception cref="DistributedApplicationException">What is wrong.</exception>
    public static HostCommandLine Parse(string[] args)
    {
        var result = Command().Parse(args);
        if (result.Action is HelpAction)
        {
            return new(null, null, true, null, HelpWanted: true);
        }

        if (result.Errors.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, result.Errors.Select(e => e.Message)));
        }

        var portBase = result.GetValue(PortBaseOption);
        if (portBase is < 1 or > 65535)
        {
            throw new DistributedApplicationException($"--port-base {portBase} is not a port: 1 to 65535.");
        }

        return new(
            result.GetValue(StateOption),
            portBase,
            !result.GetValue(NoSamplesOption),
            result.GetValue(ContainerCommandOption),
            HelpWanted: false);
    }

    /// <summary>Writes what the options are.</summary>
    public static void WriteHelp(TextWriter output) =>
        Command().Parse(["--help"]).Invoke(new InvocationConfiguration { Output = output });

    private static RootCommand Command()
    {
        var root = new RootCommand("Starts the application on this machine and keeps it running until Ctrl+C.");
        root.Options.Add(StateOption);
        root.Options.Add(PortBaseOption);
        root.Options.Add(NoSamplesOption);
        root.Options.Add(ContainerCommandOption);
        return root;
    }
}
