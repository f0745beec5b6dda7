using System.Net;
using MuLambda.Catalog.Http;
using MuLambda.Client;

namespace MuLambda.Cli.Commands;

/// <summary>What went wrong, as it is told to people and to scripts.</summary>
/// <param name="Detail">What is wrong, in words.</param>
/// <param name="Status">The status the platform answered with; null where it did not.</param>
/// <param name="Errors">What is wrong with each field, by its JSON path.</param>
/// <param name="Excluded">The criteria that excluded the last candidates.</param>
internal sealed record Failure(
    string Detail,
    int? Status = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null,
    IReadOnlyList<string>? Excluded = null)
{
    /// <summary>Whether the exception is one that a command may end with, rather than a fault in the program.</summary>
    public static bool IsExpected(Exception e) => e is CliException or RegistryException or MuLambdaException
        or HttpRequestException or IOException or InvalidDataException or FormatException or UnauthorizedAccessException;

    public static Failure Of(Exception e) => e switch
    {
        CliException c => new Failure(c.Message, Errors: c.Errors),
        RegistryException r => new Failure(r.Detail ?? r.Title, (int)r.Status, r.Errors.Count > 0 ? r.Errors : null),
        MuLambdaException m => new Failure(
            m.Detail ?? m.Message,
            (int?)m.Status,
            m.Errors.Count > 0 ? m.Errors.ToDictionary(error => error.Key, error => (IReadOnlyList<string>)error.Value) : null,
            m.Excluded.Count > 0 ? m.Excluded : null),
        HttpRequestException h => new Failure($"The registry is not reachable: {h.Message}"),
        _ => new Failure(e.Message),
    };

    public static int ExitCodeOf(Exception e) => e switch
    {
        CliException c => c.ExitCode,
        RegistryException { Status: HttpStatusCode.NotFound } or MuLambdaException { Status: HttpStatusCode.NotFound } => ExitCodes.NotFound,
        MuLambdaException { Failure: MuLambdaFailure.Unreachable or MuLambdaFailure.TimedOut } or HttpRequestException => ExitCodes.Unreachable,
        _ => ExitCodes.Failed,
    };

    /// <summary>The failure in lines for people: the detail, then a line per field.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Detail;
        foreach (var (field, messages) in Errors ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            // Where one thing is wrong it is the detail already.
            if (Detail != $"{field} {string.Join(' ', messages)}")
            {
                yield return $"  {field}: {string.Join(' ', messages)}";
            }
        }

        if (Excluded is not null)
        {
            yield return $"  excluded by: {string.Join(", ", Excluded)}";
        }
    }
}
