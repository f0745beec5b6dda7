namespace MuLambda.Scaling.Tests;

/// <summary>A deployment in virtual time: what came is told twice a second, each decision is remembered, launches take as long as they are said to.</summary>
internal sealed class Trace(IScalingPolicy policy)
{
    private readonly List<double> _starting = [];

    public DemandHistory History { get; } = new();

    public List<(double AtMs, ScalingTarget Target)> Targets { get; } = [];

    public double NowMs { get; private set; }

    public double SampleMs { get; init; } = 500;

    public int Min { get; init; }

    public int Max { get; init; } = 8;

    public int Ready { get; set; }

    public double ColdStartMs { get; set; } = 1000;

    public double KeepWarmMs { get; init; } = 600_000;

    public ServiceCurve? Service { get; set; } = new(8, 2, 1.2, 1, 32, 1000);

    public double? TargetMs { get; set; } = 60;

    public double? BurnRate { get; set; }

    public ScalingTarget Last => Targets[^1].Target;

    public int Replicas => Targets.Count > 0 ? Last.Replicas : Ready;

    public ScalingSnapshot Snapshot => new()
    {
        NowMs = NowMs,
        Min = Min,
        Max = Max,
        Ready = Ready,
        Starting = _starting.Count,
        History = History,
        KeepWarmMs = KeepWarmMs,
        Service = Service,
        TargetMs = TargetMs,
        BurnRate = BurnRate,
        ColdStartMs = ColdStartMs,
    };

    /// <summary>Time passes without a report.</summary>
    public void Silence(double ms) => NowMs += ms;

    /// <summary>A time in which every sample is alike, with a decision after each.</summary>
    public Trace For(double seconds, Func<DemandSample, DemandSample> change)
    {
        for (var left = Math.Round(seconds * 1000 / SampleMs); left > 0; left--)
        {
            Add(change);
        }

        return this;
    }

    /// <summary>Requests at a rate, evenly, all in time.</summary>
    public Trace Requests(double seconds, double perSecond) => For(seconds, sample => sample with
    {
        Requests = perSecond * SampleMs / 1000, Items = perSecond * SampleMs / 1000, Good = perSecond * SampleMs / 1000,
    });

    public Trace Idle(double seconds) => Requests(seconds, 0);

    public Trace Concurrency(double seconds, double concurrency) => For(seconds, sample => sample with
    {
        Requests = concurrency > 0 ? 1 : 0, Concurrency = concurrency,
    });

    public Trace Utilization(double seconds, double share) => For(seconds, sample => sample with { BusyReplicas = share * Ready, Requests = 1 });

    /// <summary>One sample, then a decision, which is carried out.</summary>
    public ScalingTarget Add(Func<DemandSample, DemandSample> change)
    {
        NowMs += SampleMs;
        _starting.RemoveAll(readyMs =>
        {
            Ready += readyMs <= NowMs ? 1 : 0;
            return readyMs <= NowMs;
        });
        History.Add(change(new DemandSample(NowMs, SampleMs, 0, 0, 0, 0, 0, 0, 0, 0, 0, double.NaN, Ready)));
        return Decide();
    }

    public ScalingTarget Decide()
    {
        var target = policy.Decide(Snapshot);
        Targets.Add((NowMs, target));
        History.Decided(NowMs, target.Replicas);
        for (var there = Ready + _starting.Count; there < target.Replicas; there++)
        {
            _starting.Add(NowMs + ColdStartMs);
        }

        while (Ready + _starting.Count > target.Replicas)
        {
            if (_starting.Count > 0)
            {
                _starting.RemoveAt(_starting.Count - 1);
            }
            else
            {
                Ready--;
            }
        }

        return target;
    }
}
