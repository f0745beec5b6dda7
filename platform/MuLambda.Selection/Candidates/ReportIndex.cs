using System.Runtime.InteropServices;
using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>The latency reports by client, and what is new of them.</summary>
internal sealed class ReportIndex
{
    private readonly Dictionary<string, List<LatencyReport>> _byClient = new(StringComparer.Ordinal);
    private readonly List<(LatencyReport? Before, LatencyReport? Now)> _changes = [];
    private IReadOnlyDictionary<string, LatencyReport>? _latencies;

    // In the order in which the catalog's dictionary tells them, so that one pass finds what changed.
    private KeyValuePair<string, LatencyReport>[] _known = [];

    /// <summary>What the last <see cref="Update"/> changed: reports that came, that went, and that took the place of others.</summary>
    public IReadOnlyList<(LatencyReport? Before, LatencyReport? Now)> Changes => _changes;

    /// <summary>The reports of a client.</summary>
    public ReadOnlySpan<LatencyReport> Of(string client) =>
        _byClient.TryGetValue(client, out var reports) ? CollectionsMarshal.AsSpan(reports) : [];

    /// <summary>Takes in the reports as they are now.</summary>
    /// <param name="latencies">The reports by any key; those that stay are expected in the order they were in, which is not relied on.</param>
    public void Update(IReadOnlyDictionary<string, LatencyReport> latencies)
    {
        _changes.Clear();
        if (ReferenceEquals(latencies, _latencies))
        {
            return;
        }

        var known = _known;
        var next = latencies.Count == known.Length ? known : Copy(known, 0, latencies.Count);
        var (i, count) = (0, 0);
        foreach (var pair in latencies)
        {
            if (i >= known.Length || !ReferenceEquals(pair.Value, known[i].Value))
            {
                while (i < known.Length && known[i].Key != pair.Key && !latencies.ContainsKey(known[i].Key))
                {
                    Change(known[i++].Value, null);
                }

                var isKnown = i < known.Length && known[i].Key == pair.Key;
                Change(isKnown ? known[i].Value : null, pair.Value);
                i -= isKnown ? 0 : 1;
            }

            // While both are in step the new one may be written over the one before.
            if (i != count && ReferenceEquals(next, known))
            {
                next = Copy(known, count, latencies.Count);
            }

            next[count++] = pair;
            i++;
        }

        while (i < known.Length)
        {
            Change(known[i++].Value, null);
        }

        (_known, _latencies) = (next, latencies);
    }

    private static KeyValuePair<string, LatencyReport>[] Copy(KeyValuePair<string, LatencyReport>[] known, int count, int length)
    {
        var copy = new KeyValuePair<string, LatencyReport>[length];
        known.AsSpan(0, count).CopyTo(copy);
        return copy;
    }

    private void Change(LatencyReport? before, LatencyReport? now)
    {
        if (ReferenceEquals(before, now))
        {
            return;
        }

        _changes.Add((before, now));
        if (now is not null)
        {
            ref var reports = ref CollectionsMarshal.GetValueRefOrAddDefault(_byClient, now.Client, out _);
            (reports ??= []).Add(now);
        }

        if (before is not null)
        {
            var reports = _byClient[before.Client];
            reports.RemoveAt(reports.FindIndex(report => ReferenceEquals(report, before)));
            if (reports.Count == 0)
            {
                _byClient.Remove(before.Client);
            }
        }
    }
}
