using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Selector;

/// <summary>What is to be reported, and what was. For one thread at a time.</summary>
internal sealed class SloOutbox(SloTrackers trackers, string selector, TimeProvider time)
{
    private Dictionary<SloTracker, Sent> _sent = [];

    /// <summary>The trackers that have news.</summary>
    /// <param name="registered">The reports that the registry has, by their ids.</param>
    public IReadOnlyList<SloTracker> Collect(IReadOnlyDictionary<string, SloReport> registered)
    {
        // Trackers that are gone must not be kept.
        if (_sent.Keys.Any(tracker => !IsCurrent(tracker)))
        {
            _sent = _sent.Where(sent => IsCurrent(sent.Key)).ToDictionary();
        }

        return [.. trackers.All.Where(tracker => IsNews(tracker, registered))];
    }

    /// <summary>The registry took a report.</summary>
    public void Taken(SloTracker tracker, SloReport report) =>
        _sent[tracker] = new Sent(report with { Latencies = LatencyCounts.Empty }, time.GetTimestamp());

    private bool IsCurrent(SloTracker tracker) => ReferenceEquals(trackers.Find(tracker.Client), tracker);

    private bool IsNews(SloTracker tracker, IReadOnlyDictionary<string, SloReport> registered)
    {
        var report = tracker.Report(selector, withLatencies: false);
        if (!_sent.TryGetValue(tracker, out var sent))
        {
            return true;
        }

        var interval = SloNews.IntervalOf(tracker.ShortestWindow);
        var age = time.GetElapsedTime(sent.At);

        // A registry that lost its state has lost the report as well, and so has a client that was registered anew.
        return SloNews.IsNews(sent.Report, report, age, interval)
            || (age > 2 * interval && !registered.ContainsKey(CatalogSnapshot.SloId(selector, tracker.Client)));
    }

    private sealed record Sent(SloReport Report, long At);
}
