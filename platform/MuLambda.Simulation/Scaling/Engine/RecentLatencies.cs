using MuLambda.Scaling;

namespace MuLambda.Simulation.Scaling;

/// <summary>The latencies of about the last ten seconds.</summary>
internal sealed class RecentLatencies
{
    private const int Slots = 5;
    private const double SlotMs = 2000;

    private readonly int[][] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new int[LatencyBuckets.Count])];
    private readonly int[] _all = new int[LatencyBuckets.Count];
    private long _slot;
    private int _total;

    public void Add(double latencyMs, double nowMs)
    {
        Advance(nowMs);
        var index = LatencyBuckets.IndexOf(latencyMs);
        _slots[_slot % Slots][index]++;
        _all[index]++;
        _total++;
    }

    /// <summary>The latency that a share does not exceed; NaN where there is none.</summary>
    public double Quantile(double share, double nowMs)
    {
        Advance(nowMs);
        if (_total == 0)
        {
            return double.NaN;
        }

        var (index, below, rank) = (0, _all[0], Math.Max(1, Math.Ceiling(share * _total)));
        while (below < rank)
        {
            below += _all[++index];
        }

        return LatencyBuckets.MiddleMs(index);
    }

    private void Advance(double nowMs)
    {
        var slot = (long)(nowMs / SlotMs);
        for (var next = Math.Max(_slot + 1, slot - Slots + 1); next <= slot; next++)
        {
            var old = _slots[next % Slots];
            for (var i = 0; i < old.Length; i++)
            {
                _all[i] -= old[i];
                _total -= old[i];
                old[i] = 0;
            }
        }

        _slot = Math.Max(_slot, slot);
    }
}
