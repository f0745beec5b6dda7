namespace MuLambda.Cli.Commands;

/// <summary>Ends the command with a message and an exit code.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    public static CliException Usage(string message, Exception? inner = null) => new(ExitCodes.Usage, message, inner);

    public static CliException NotFound(string message) => new(ExitCodes.NotFound, message);
}
