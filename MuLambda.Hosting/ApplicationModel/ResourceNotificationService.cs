using System.Runtime.CompilerServices;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Tells what becomes of the resources.</summary>
public class ResourceNotificationService
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ResourceEvent Event, long Sequence)> _current = new(StringComparer.OrdinalIgnoreCase);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;

    internal ResourceNotificationService()
    {
    }

    /// <summary>What a resource is now.</summary>
    /// <param name="resourceId">The resource's name.</param>
    /// <param name="resourceEvent">What it is.</param>
    /// <returns>False when nothing was told of it yet.</returns>
    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent)
    {
        lock (_gate)
        {
            var known = _current.TryGetValue(resourceId, out var current);
            resourceEvent = known ? current.Event : null;
            return known;
        }
    }

    /// <summary>Waits until a resource is healthy; a task is when it has finished.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="cancellationToken">The deadline.</param>
    /// <exception cref="DistributedApplicationException">It failed for good.</exception>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default)
    {
        var reached = await WaitForResourceAsync(
            resourceName,
            e => e.Snapshot.HealthStatus == HealthStatus.Healthy || IsTerminal(e),
            cancellationToken);
        return IsTerminal(reached) && reached.Snapshot.State?.Text != KnownResourceStates.Finished
            ? throw new DistributedApplicationException($"Resource '{resourceName}' is {reached.Snapshot.State?.Text}: {reached.Snapshot.Reason ?? "it was stopped"}")
            : reached;
    }

    /// <summary>Waits until a resource is in a state.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="targetState">The state; <c>Running</c> when null.</param>
    /// <param name="cancellationToken">The deadline.</param>
    public async Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        await WaitForResourceAsync(resourceName, e => e.Snapshot.State?.Text == (targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Waits until a resource is as asked for.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="predicate">What is asked for.</param>
    /// <param name="cancellationToken">The deadline.</param>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current.TryGetValue(resourceName, out var current) && predicate(current.Event))
                {
                    return current.Event;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// What every resource is now, and then each change. Changes that a slow reader did not see in time
    /// are told as one.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long seen = 0;
        while (true)
        {
            List<ResourceEvent> news;
            Task changed;
            lock (_gate)
            {
                news = [.. _current.Values.Where(c => c.Sequence > seen).OrderBy(c => c.Sequence).Select(c => c.Event)];
                seen = _sequence;
                changed = _changed.Task;
            }

            foreach (var item in news)
            {
                yield return item;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    internal void Publish(IResource resource, CustomResourceSnapshot snapshot)
    {
        lock (_gate)
        {
            if (_current.TryGetValue(resource.Name, out var current) && current.Event.Snapshot == snapshot)
            {
                return;
            }

            _current[resource.Name] = (new ResourceEvent(resource, resource.Name, snapshot), ++_sequence);
            var changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }

    private static bool IsTerminal(ResourceEvent e) => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text ?? "");
}
