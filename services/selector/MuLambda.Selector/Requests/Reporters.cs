using System.Collections.Concurrent;

namespace MuLambda.Selector;

/// <summary>
/// The clients that tell how their requests ended, and the executors that they say answered them.
/// </summary>
internal sealed class Reporters
{
    // A client without a name: criteria were given in its place.
    private const string Nameless = "";

    private readonly ConcurrentDictionary<string, Reporter> _clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Answered> _answered = new(StringComparer.Ordinal);

    public bool IsEmpty => _clients.IsEmpty && _answered.IsEmpty;

    /// <summary>The client, where it ever told anything.</summary>
    public Reporter? Find(string? client) =>
        _clients.IsEmpty ? null : _clients.GetValueOrDefault(client ?? Nameless);

    /// <summary>A client told how a request ended.</summary>
    public void Told(string? client, double nowMs) => _clients.GetOrAdd(client ?? Nameless, static _ => new Reporter()).Told(nowMs);

    /// <summary>An executor answered a client.</summary>
    public void Succeeded(string executor, string? client, double nowMs) => _answered[executor] = new Answered(client, nowMs);

    /// <summary>
    /// Whether a client's word that an executor failed stands against the executor. Where it answered another client within the
    /// last moments the fault lies between the two, and must not take the executor from everybody.
    /// </summary>
    public bool Believes(string executor, string? client, double nowMs, double momentMs) =>
        !_answered.TryGetValue(executor, out var last) || last.Client == client || nowMs - last.AtMs > momentMs;

    /// <summary>Forgets who has been silent since.</summary>
    public void Forget(double beforeMs)
    {
        foreach (var (client, reporter) in _clients)
        {
            if (reporter.LastMs < beforeMs)
            {
                _clients.TryRemove(client, out _);
            }
        }

        foreach (var (executor, answered) in _answered)
        {
            if (answered.AtMs < beforeMs)
            {
                _answered.TryRemove(executor, out _);
            }
        }
    }

    private sealed record Answered(string? Client, double AtMs);
}
