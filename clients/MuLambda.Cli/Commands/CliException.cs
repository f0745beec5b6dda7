using MuLambda.Catalog;

namespace MuLambda.Cli.Commands;

/// <summary>Ends the command with a message and an exit code.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>What is wrong with each field, where the message is about fields.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; private init; }

    public static CliException Usage(string message, Exception? inner = null) => new(ExitCodes.Usage, message, inner);

    public static CliException NotFound(string message) => new(ExitCodes.NotFound, message);

    /// <summary>Refuses what the registry would refuse, before anything is sent.</summary>
    public static void ThrowIfAny(IReadOnlyList<ValidationError> errors, string message)
    {
        if (errors.Count > 0)
        {
            throw new CliException(ExitCodes.Usage, message)
            {
                Errors = errors.GroupBy(error => error.Path).ToDictionary(
                    field => field.Key, field => (IReadOnlyList<string>)[.. field.Select(error => error.Message)]),
            };
        }
    }
}
