using MuLambda.Catalog;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>What a run on live processes came to.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Begin">When it began.</param>
/// <param name="Requests">The requests.</param>
/// <param name="Samples">The replicas over time.</param>
/// <param name="Decisions">The scaler's decisions, in their order.</param>
/// <param name="Launches">The replicas that were launched, in their order.</param>
/// <param name="KeptSchedule">Whether requests were sent when they were due.</param>
internal sealed record LiveScalingResult(
    LiveScalingPlan Plan,
    DateTimeOffset Begin,
    IReadOnlyList<LiveScalingRequest> Requests,
    IReadOnlyList<LiveScalingSample> Samples,
    IReadOnlyList<ScalingDecision> Decisions,
    IReadOnlyList<LiveScalingLaunch> Launches,
    bool KeptSchedule)
{
    /// <summary>Requests answered within the objective.</summary>
    public int Good => Requests.Count(request => request.IsGood);

    /// <summary>Requests answered beyond it.</summary>
    public int Late => Requests.Count(request => request.IsLate);

    /// <summary>Requests that were told that there is no place for them.</summary>
    public int Refused => Requests.Count(request => request.IsRefused);

    /// <summary>Requests that failed in any other way.</summary>
    public int Lost => Requests.Count(request => request.IsLost);

    /// <summary>The share of the requests that was answered within the objective.</summary>
    public double Attainment => (double)Good / Requests.Count;

    /// <summary>Requests that were due while no replica served.</summary>
    public int WaitedCold => Requests.Count(request => ReadyAt(request.AtSeconds) == 0);

    /// <summary>The attainment of those that were due while a replica served.</summary>
    public double WarmAttainment
    {
        get
        {
            var warm = Requests.Where(request => ReadyAt(request.AtSeconds) > 0).ToList();
            return (double)warm.Count(request => request.IsGood) / warm.Count;
        }
    }

    /// <summary>The latency that a share of the answered requests did not exceed, in milliseconds.</summary>
    public double LatencyMs(double share)
    {
        var sketch = new QuantileSketch();
        foreach (var request in Requests.Where(request => request.Failure is null))
        {
            sketch.Add(request.Ms);
        }

        return sketch.Count == 0 ? double.NaN : sketch.Quantile(share);
    }

    /// <summary>Replicas that were there times how long, from launch to end, in seconds.</summary>
    public double ReplicaSeconds => Samples.Zip(Samples.Skip(1)).Sum(pair => pair.First.Alive * (pair.Second.AtSeconds - pair.First.AtSeconds));

    /// <summary>Times that a model without a replica got its first.</summary>
    public int StartsFromZero => Decisions.Count(decision => decision.Desired > 0 && decision.Ready + decision.Starting == 0);

    /// <summary>The most replicas that served at a time.</summary>
    public int MostReady => Samples.Select(sample => sample.Ready).DefaultIfEmpty().Max();

    /// <summary>Decisions that changed the number of replicas.</summary>
    public int Actions => Changes().Count();

    /// <summary>Those that went the other way than the one before.</summary>
    public int DirectionChanges
    {
        get
        {
            var signs = Changes().Select(Math.Sign).ToList();
            return signs.Zip(signs.Skip(1)).Count(pair => pair.First != pair.Second);
        }
    }

    /// <summary>When the last replica had gone, in seconds since the begin; null where it was still there at the end.</summary>
    public double? ZeroAtSeconds
    {
        get
        {
            var last = Samples.ToList().FindLastIndex(sample => sample.Alive > 0);
            return last >= 0 && last < Samples.Count - 1 ? Samples[last + 1].AtSeconds : null;
        }
    }

    /// <summary>Requests and replicas in bins of equal length.</summary>
    /// <param name="seconds">The length.</param>
    public IReadOnlyList<LiveScalingBin> Bins(double seconds)
    {
        var last = Math.Max(
            Samples.Select(sample => sample.AtSeconds).DefaultIfEmpty().Max(), Requests.Select(request => request.AtSeconds).DefaultIfEmpty().Max());
        var requests = Requests.ToLookup(request => (int)(request.AtSeconds / seconds));
        return [.. Enumerable.Range(0, (int)(last / seconds) + 1).Select(bin =>
        {
            var those = requests[bin].ToList();
            var sample = At((bin + 1) * seconds);
            return new LiveScalingBin(
                bin * seconds,
                those.Count,
                those.Count(request => request.IsGood),
                those.Count(request => request.IsLate),
                those.Count(request => request.Failure is not null),
                those.Where(request => request.Failure is null).Select(request => request.Ms).DefaultIfEmpty().Max(),
                sample.Desired, sample.Starting, sample.Ready, sample.Draining);
        })];
    }

    // By how much each decision changed what was decided before.
    private IEnumerable<int> Changes()
    {
        var before = 0;
        foreach (var decision in Decisions)
        {
            if (decision.Desired != before)
            {
                yield return decision.Desired - before;
                before = decision.Desired;
            }
        }
    }

    private int ReadyAt(double seconds) => At(seconds).Ready;

    // The last sample by then; none before the first.
    private LiveScalingSample At(double seconds)
    {
        var (low, high) = (0, Samples.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Samples[middle].AtSeconds <= seconds ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? default : Samples[low - 1];
    }
}
