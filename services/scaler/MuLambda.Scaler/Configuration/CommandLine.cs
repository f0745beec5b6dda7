using System.Text.RegularExpressions;
using MuLambda.ServiceDefaults.Configuration;

namespace MuLambda.Scaler;

/// <summary>The command line, strictly: what is not an option of the scaler is an error.</summary>
internal static partial class CommandLine
{
    public const string Usage = """
        Usage: MuLambda.Scaler [option value | option=value]...
          --urls URL[;URL]          where to listen (http://localhost:5000)
          --registry URL            the registry (service discovery's)
          --node NAME               the node to launch on (local)
          --state DIR               the records of launched executors (.mulambda/scaler)
          --socket-dir DIR          the executors' Unix sockets (none)
          --cache DIR               where executors keep models (the executor's default)
          --executor PATH           the executor's assembly or executable (looked for)
          --pool N                  executors started before anybody needs them, 0 to 64 (2)
          --keep-alive-seconds N    executors end so long after their scaler was killed (30)
          --ready-seconds N         how long a launch may take (60)
          --retire-on-exit BOOL     whether executors end with the scaler when it is asked to (false)
          --environment NAME        the name of the environment (Production)
          --Logging:..., --Scaler:..., --services:...  a configuration key
        """;

    private static readonly Dictionary<string, string> Options = new(StringComparer.Ordinal)
    {
        ["--urls"] = "urls",
        ["--environment"] = "environment",
        ["--registry"] = Key(nameof(ScalerOptions.Registry)),
        ["--node"] = Key(nameof(ScalerOptions.Node)),
        ["--state"] = Key(nameof(ScalerOptions.State)),
        ["--socket-dir"] = Key(nameof(ScalerOptions.SocketDirectory)),
        ["--cache"] = Key(nameof(ScalerOptions.Cache)),
        ["--executor"] = Key(nameof(ScalerOptions.Executor)),
        ["--pool"] = Key(nameof(ScalerOptions.Pool)),
        ["--keep-alive-seconds"] = Key(nameof(ScalerOptions.KeepAliveSeconds)),
        ["--ready-seconds"] = Key(nameof(ScalerOptions.ReadySeconds)),
        ["--retire-on-exit"] = Key(nameof(ScalerOptions.RetireOnExit)),
    };

    /// <summary>Reads the arguments as configuration.</summary>
    /// <exception cref="CommandLineException">An argument is not an option, or has no value.</exception>
    public static Dictionary<string, string?> Parse(IReadOnlyList<string> arguments) =>
        CommandLineArguments.Parse(arguments, Options, ConfigurationKey().IsMatch);

    private static string Key(string name) => $"{ScalerOptions.Section}:{name}";

    [GeneratedRegex("^(Scaler|Logging|services):[A-Za-z0-9_.:-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex ConfigurationKey();
}
