using MuLambda.Catalog;

namespace MuLambda.Scaling;

/// <summary>An executor that a launcher launched, this one or one before it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Models">What it was given to serve.</param>
/// <param name="Endpoints">Where it answers, or will.</param>
/// <param name="LaunchedAt">When it was launched.</param>
/// <param name="IsListening">Whether it takes calls already, such as another model.</param>
/// <param name="Ended">How it ended; null while it runs. It stays listed until it is forgotten.</param>
public sealed record LaunchedExecutor(
    string Id,
    IReadOnlyList<LaunchedModel> Models,
    ExecutorEndpoints Endpoints,
    DateTimeOffset LaunchedAt,
    bool IsListening,
    string? Ended = null);
