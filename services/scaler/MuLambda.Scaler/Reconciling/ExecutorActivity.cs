using System.Collections.Concurrent;
using System.Globalization;
using MuLambda.Scaler.Following;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Reconciling;

/// <summary>Asks executors that drain whether they have anything left to do, by the metrics that they serve.</summary>
internal sealed class ExecutorActivity(TimeProvider time) : IDisposable
{
    private const string InFlight = "mulambda_executor_requests_in_flight";
    private const string Queued = "mulambda_executor_queue_length";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = Untraced.CreateClient(null);
    private readonly ConcurrentDictionary<string, bool> _idle = new(StringComparer.Ordinal);

    /// <summary>Whether an executor said so when it was asked last.</summary>
    public bool IsIdle(string id) => _idle.GetValueOrDefault(id);

    /// <summary>Asks these executors, and forgets the others.</summary>
    public async Task AskAsync(IReadOnlyList<LaunchedExecutor> executors, CancellationToken cancellationToken)
    {
        foreach (var gone in _idle.Keys.Except(executors.Select(executor => executor.Id), StringComparer.Ordinal).ToList())
        {
            _idle.TryRemove(gone, out _);
        }

        await Task.WhenAll(executors.Select(async executor =>
            _idle[executor.Id] = await IsIdleAsync(new Uri(Untraced.AsBase(new Uri(executor.Endpoints.Rest)), "monitoring/prometheus/metrics"), cancellationToken)));
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Whether the metrics say that nothing runs and nothing waits.</summary>
    internal static bool SaysIdle(string metrics) =>
        Sum(metrics, InFlight) is 0 && Sum(metrics, Queued) is 0;

    private async Task<bool> IsIdleAsync(Uri metrics, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return SaysIdle(await _http.GetStringAsync(metrics, either.Token));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // Not known to be idle: then its grace decides.
            return false;
        }
    }

    private static double? Sum(string metrics, string name)
    {
        double? sum = null;
        foreach (var line in metrics.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name) && line[name.Length..] is [' ' or '{', ..]
                && double.TryParse(line[(line.LastIndexOf(' ') + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                sum = (sum ?? 0) + value;
            }
        }

        return sum;
    }
}
