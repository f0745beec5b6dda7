using MuLambda.Scaling;

namespace MuLambda.Simulation.Scaling;

/// <summary>Counts what selectors report of a deployment, from one sample to the next.</summary>
internal sealed class DemandMeter
{
    private readonly RecentLatencies _latencies = new();
    private double _sampledMs;
    private double _advancedMs;
    private double _presentMs;
    private double _busyMs;
    private int _present;
    private int _busy;
    private int _requests;
    private int _good;
    private int _bad;

    public void Arrived(double nowMs)
    {
        Advance(nowMs);
        _present++;
        _requests++;
    }

    public void Ended(double nowMs, bool good)
    {
        Advance(nowMs);
        _present--;
        _good += good ? 1 : 0;
        _bad += good ? 0 : 1;
    }

    public void Answered(double nowMs, double latencyMs) => _latencies.Add(latencyMs, nowMs);

    /// <summary>A replica has something to run now, or nothing any more.</summary>
    public void Busy(double nowMs, int change)
    {
        Advance(nowMs);
        _busy += change;
    }

    /// <summary>What happened since the last sample; null where no time has passed.</summary>
    public DemandSample? Sample(double nowMs, int inFlight, int held, int ready)
    {
        Advance(nowMs);
        var lengthMs = nowMs - _sampledMs;
        if (lengthMs <= 0)
        {
            return null;
        }

        var sample = new DemandSample(
            nowMs, lengthMs, _requests, _requests, _presentMs / lengthMs, _busyMs / lengthMs, _good, _bad,
            _present - inFlight, held, inFlight, _latencies.Quantile(0.95, nowMs), ready);
        (_sampledMs, _presentMs, _busyMs, _requests, _good, _bad) = (nowMs, 0, 0, 0, 0, 0);
        return sample;
    }

    private void Advance(double nowMs)
    {
        _presentMs += _present * (nowMs - _advancedMs);
        _busyMs += _busy * (nowMs - _advancedMs);
        _advancedMs = nowMs;
    }
}
