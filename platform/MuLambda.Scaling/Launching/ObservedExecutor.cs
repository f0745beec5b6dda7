namespace MuLambda.Scaling;

/// <summary>An executor that the platform launched, as it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Replicas">What it serves; empty for one of the pool.</param>
/// <param name="LaunchedAt">When it was launched.</param>
/// <param name="IsListening">Whether it takes calls already.</param>
/// <param name="IsIdle">Whether it is known to have nothing to do.</param>
/// <param name="IsOwn">False for one that another launcher launched: it counts, but is left alone.</param>
/// <param name="Ended">How it ended; null while it runs.</param>
public sealed record ObservedExecutor(
    string Id,
    IReadOnlyList<ObservedReplica> Replicas,
    DateTimeOffset LaunchedAt,
    bool IsListening = true,
    bool IsIdle = false,
    bool IsOwn = true,
    string? Ended = null)
{
    /// <summary>The executor with another state of one of its replicas.</summary>
    internal ObservedExecutor With(string model, ObservedReplica replica) =>
        this with { Replicas = [.. Replicas.Select(other => other.Model.Name == model ? replica : other)] };
}
