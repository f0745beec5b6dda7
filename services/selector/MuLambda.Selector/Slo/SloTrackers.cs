using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary>
/// A tracker for each client of the catalog that has an objective. They come and go with the catalog; requests find theirs without a lock.
/// </summary>
internal sealed partial class SloTrackers
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly SloTrackerOptions _options;
    private readonly int _maxClients;
    private readonly ILogger<SloTrackers> _logger;
    private volatile Dictionary<string, SloTracker> _trackers = [];
    private IReadOnlyDictionary<string, Client>? _seen;
    private TaskCompletionSource _any = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    public SloTrackers(IOptions<SloOptions> options, TimeProvider time, ILogger<SloTrackers> logger)
    {
        (_time, _logger) = (time, logger);
        _options = options.Value.ToTrackerOptions();
        _maxClients = options.Value.MaxClients;
    }

    public IReadOnlyCollection<SloTracker> All => _trackers.Values;

    /// <summary>Done while there is a tracker.</summary>
    public Task Any => Volatile.Read(ref _any).Task;

    public SloTracker? Find(string? client) => client is not null && _trackers.TryGetValue(client, out var tracker) ? tracker : null;

    /// <summary>A request of a client ended. What the caller got wrong, or did not wait for, says nothing of the platform.</summary>
    /// <param name="client">The client.</param>
    /// <param name="status">The status it was answered with.</param>
    /// <param name="elapsed">From its arrival to its answer.</param>
    public void Ended(string client, int status, TimeSpan elapsed)
    {
        if (Find(client) is not { } tracker)
        {
            return;
        }

        switch (status)
        {
            case StatusCodes.Status200OK:
                tracker.Answered(elapsed.TotalMilliseconds);
                break;
            case StatusCodes.Status400BadRequest or StatusCodes.Status408RequestTimeout or StatusCodes.Status413PayloadTooLarge:
            case StatusCodes.Status499ClientClosedRequest when elapsed.TotalMilliseconds <= tracker.Slo.LatencyMs:
                break;
            default:
                // Also 404: the client is known, so no candidate was left for it.
                tracker.Failed();
                break;
        }
    }

    /// <summary>A client told how a request ended that it sent to the executor itself.</summary>
    /// <param name="client">The client; null where criteria were given instead.</param>
    /// <param name="latencyMs">How long it took; null where it failed.</param>
    public void Told(string? client, double? latencyMs)
    {
        if (Find(client) is not { } tracker)
        {
            return;
        }

        if (latencyMs is { } ms)
        {
            tracker.Answered(ms);
        }
        else
        {
            tracker.Failed();
        }
    }

    /// <summary>Goes on to another catalog's clients.</summary>
    public void Update(IReadOnlyDictionary<string, Client> clients)
    {
        lock (_gate)
        {
            if (ReferenceEquals(clients, _seen))
            {
                return;
            }

            _seen = clients;
            var next = new Dictionary<string, SloTracker>(StringComparer.Ordinal);
            foreach (var tracker in _trackers.Values)
            {
                if (clients.TryGetValue(tracker.Client, out var client) && client.Slo is { } slo && tracker.TryChange(slo))
                {
                    next.Add(client.Id, tracker);
                }
            }

            var left = 0;
            foreach (var client in clients.Values)
            {
                if (client.Slo is not { } slo || next.ContainsKey(client.Id))
                {
                    continue;
                }

                if (next.Count < _maxClients)
                {
                    next.Add(client.Id, new SloTracker(client.Id, slo, _options, _time));
                }
                else
                {
                    left++;
                }
            }

            _trackers = next;
            if (left > 0 && _left == 0)
            {
                LogLeft(_maxClients, left);
            }

            _left = left;
            if (next.Count > 0)
            {
                _any.TrySetResult();
            }
            else if (_any.Task.IsCompleted)
            {
                Volatile.Write(ref _any, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The objectives of {Max} clients are tracked (Slo:MaxClients); those of {Left} more are not")]
    private partial void LogLeft(int max, int left);
}
