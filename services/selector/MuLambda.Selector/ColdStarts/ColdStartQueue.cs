using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>The requests that wait for the first replica of one model. Bounded in their number and their bytes. Not for concurrent use.</summary>
internal sealed class ColdStartQueue(Model model, ColdStartOptions options)
{
    private readonly HashSet<ColdStartWaiter> _waiting = [];
    private long _bytes;

    /// <summary>The model.</summary>
    public Model Model { get; } = model;

    /// <summary>Requests that wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Takes a request in. Where it is full a less important one has to go instead, if there is one.</summary>
    /// <param name="waiter">The request.</param>
    /// <param name="cold">The model as it stands now.</param>
    /// <param name="remaining">How long the start is expected to take from now.</param>
    /// <exception cref="RequestException">It is full.</exception>
    public void Enter(ColdStartWaiter waiter, ColdCandidate cold, TimeSpan remaining)
    {
        var isFull = _waiting.Count >= options.MaxQueued;
        if (isFull && _waiting.Max() is { } last && waiter.OutranksOnArrival(last) && _bytes - last.Bytes + waiter.Bytes <= options.MaxQueuedBytes)
        {
            Leave(last);
            last.Refuse(Full(cold, remaining, "a request of higher priority took its place"));
        }
        else if (isFull)
        {
            throw Full(cold, remaining, string.Create(CultureInfo.InvariantCulture, $"{options.MaxQueued} wait already"));
        }
        else if (_bytes + waiter.Bytes > options.MaxQueuedBytes)
        {
            throw Full(cold, remaining, string.Create(CultureInfo.InvariantCulture, $"those that wait have {_bytes} bytes of inputs already"));
        }

        _waiting.Add(waiter);
        _bytes += waiter.Bytes;
    }

    /// <summary>A request goes.</summary>
    /// <returns>False where it was released or refused before.</returns>
    public bool Leave(ColdStartWaiter waiter)
    {
        if (!_waiting.Remove(waiter))
        {
            return false;
        }

        _bytes -= waiter.Bytes;
        return true;
    }

    /// <summary>A replica is ready: all go on together, the most urgent first.</summary>
    public void Release()
    {
        var all = new GatheredRequests(_waiting.Count);
        foreach (var waiter in _waiting.Order().ToArray())
        {
            Leave(waiter);
            waiter.Release(new GatheredRequest(all));
        }
    }

    /// <summary>An executor that failed may be tried again: the most urgent does.</summary>
    public void ReleaseFirst()
    {
        if (_waiting.Min() is { } first)
        {
            Leave(first);
            first.Release(new GatheredRequest(new GatheredRequests(1)));
        }
    }

    /// <summary>The model is not deployed any more: all look for another.</summary>
    public void GiveUp()
    {
        foreach (var waiter in _waiting.ToArray())
        {
            Leave(waiter);
            waiter.Release(null);
        }
    }

    private static RequestException Full(ColdCandidate cold, TimeSpan remaining, string why) => new(
        StatusCodes.Status429TooManyRequests, "Too many requests wait for a cold start.",
        $"No executor is ready to serve {cold.Model.Reference} yet, and the queue for it is full: {why}.")
    {
        RetryAfter = remaining,
    };
}
