using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector;

/// <summary>A request that ends with a problem.</summary>
internal sealed class RequestException(int status, string title, string detail) : Exception(detail)
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);

    public int Status { get; } = status;

    public string Title { get; } = title;

    /// <summary>Messages by the JSON path of the field, for bad input.</summary>
    public Dictionary<string, string[]>? Errors { get; init; }

    /// <summary>The criteria that excluded the last candidates.</summary>
    public IReadOnlyList<string>? Excluded { get; init; }

    /// <summary>The candidates, where an explanation was asked for and none was left.</summary>
    public IReadOnlyList<CandidateBody>? Candidates { get; init; }

    /// <summary>The models that would have to start first, likewise.</summary>
    public IReadOnlyList<ColdCandidateBody>? Cold { get; init; }

    /// <summary>The status over gRPC, where that tells more than the one of HTTP.</summary>
    public StatusCode? GrpcStatus { get; init; }

    /// <summary>When the caller may come again: an estimate, of which nobody is told more than a minute.</summary>
    public TimeSpan? RetryAfter
    {
        get;
        init => field = value > LongestRetryAfter ? LongestRetryAfter : value;
    }

    /// <summary>The same in whole seconds, as headers have it.</summary>
    public int? RetryAfterSeconds => RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null;

    public static RequestException Invalid(string path, string message, StatusCode? grpcStatus = null) =>
        Invalid([(path, message)], grpcStatus);

    public static RequestException Invalid(IEnumerable<(string Path, string Message)> errors, StatusCode? grpcStatus = null)
    {
        var byPath = errors.GroupBy(e => e.Path, e => e.Message).ToDictionary(g => g.Key, g => g.ToArray());
        return new RequestException(
            StatusCodes.Status400BadRequest, "The request is not valid.",
            string.Join(" ", byPath.Select(e => $"{e.Key}: {string.Join(" ", e.Value)}"))) { Errors = byPath, GrpcStatus = grpcStatus };
    }

    public static RequestException UnknownClient(string client) => new(
        StatusCodes.Status404NotFound, "There is no such client.", $"No client '{client}' is registered.");

    public static RequestException TooLargeForExecutor(string reason) => new(
        StatusCodes.Status413PayloadTooLarge, "The request is too large for the executor.", reason);

    public static RequestException NoCatalog() => new(
        StatusCodes.Status503ServiceUnavailable, "Not ready.", "The catalog has not arrived from the registry yet.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };
}
