using MuLambda.Scaling;

namespace MuLambda.Simulation.Scaling;

/// <summary>Counts what becomes of a deployment's requests and replicas.</summary>
/// <param name="fromMs">Requests that come before this, and replicas until then, are not counted.</param>
/// <param name="untilMs">Nor are replicas from this on.</param>
/// <param name="sloMs">The latency within which an answer is good.</param>
/// <param name="latencies">Takes the latencies.</param>
internal sealed class DeploymentTally(double fromMs, double untilMs, double sloMs, LatencyHistogram latencies)
{
    private long _offered;
    private long _answered;
    private long _good;
    private long _refused;
    private long _lost;
    private long _cold;
    private int _launches;
    private int _launchNumber;
    private int _most;
    private double _replicaMs;

    public long AllOffered { get; private set; }

    public long AllBad { get; private set; }

    public void Arrived(double sentMs)
    {
        AllOffered++;
        _offered += Counts(sentMs);
    }

    /// <summary>A request was answered.</summary>
    /// <returns>Whether it was in time.</returns>
    public bool Answered(double sentMs, double latencyMs)
    {
        var isGood = latencyMs <= sloMs;
        AllBad += isGood ? 0 : 1;
        if (Counts(sentMs) > 0)
        {
            _answered++;
            _good += isGood ? 1 : 0;
            latencies.Add(latencyMs);
        }

        return isGood;
    }

    public void Refused(double sentMs)
    {
        AllBad++;
        _refused += Counts(sentMs);
    }

    public void Lost(double sentMs)
    {
        AllBad++;
        _lost += Counts(sentMs);
    }

    public void WaitsCold(double sentMs) => _cold += Counts(sentMs);

    /// <summary>A replica was launched.</summary>
    /// <param name="nowMs">The time.</param>
    /// <param name="replicas">Those that serve or start, with it.</param>
    /// <returns>Its number.</returns>
    public int Launched(double nowMs, int replicas)
    {
        _launches += Counts(nowMs);
        _most = Math.Max(_most, replicas);
        return _launchNumber++;
    }

    public void Ended(double launchedMs, double endMs) => _replicaMs += Math.Max(0, Math.Min(endMs, untilMs) - Math.Max(launchedMs, fromMs));

    public DeploymentResult ToResult(string name, DesiredReplicas desired) => new(
        name, _offered, _answered, _good, _refused, _lost, _cold, _launches, desired.Changes, desired.Turns, desired.MostTurnsInWindow,
        _replicaMs / 1000, _most);

    private int Counts(double atMs) => atMs >= fromMs ? 1 : 0;
}
