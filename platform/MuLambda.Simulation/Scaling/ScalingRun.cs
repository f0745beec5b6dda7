using MuLambda.Scaling;

namespace MuLambda.Simulation.Scaling;

/// <summary>
/// Runs a <see cref="ScalingScenario"/> in virtual time: replicas with cold starts, each with the selector's own queue and batching, and scaling policies that
/// see what the scaler would.
/// </summary>
public sealed class ScalingRun
{
    private readonly ScalingScenario _scenario;
    private readonly Agenda _agenda = new();
    private readonly LatencyHistogram _latencies = new();
    private readonly Fleet[] _fleets;
    private readonly List<TimelinePoint> _timeline = [];
    private (long Offered, long Bad) _told;

    private ScalingRun(ScalingScenario scenario, long seed)
    {
        _scenario = scenario;
        var places = new Places(scenario.Capacity);
        _fleets = [.. Enumerable.Range(0, scenario.Deployments.Count)
            .Select(index => new Fleet(scenario, index, seed, places, _agenda, _latencies))];
    }

    /// <summary>Runs it.</summary>
    /// <param name="scenario">What is deployed, and what comes.</param>
    /// <param name="seed">Decides arrivals and times; the same seed gives the same requests whatever the policies.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="ArgumentException">There is no deployment.</exception>
    public static ScalingResult Run(ScalingScenario scenario, long seed)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return scenario.Deployments.Count > 0
            ? new ScalingRun(scenario, seed).Run()
            : throw new ArgumentException("There is no deployment.", nameof(scenario));
    }

    private ScalingResult Run()
    {
        foreach (var fleet in _fleets)
        {
            PlanArrival(fleet);
            fleet.Decide();
            PlanSample(fleet);
        }

        PlanTimeline();
        while (_agenda.TryTake(out var next))
        {
            Handle(next);
        }

        var results = _fleets.Select(fleet => fleet.End()).ToArray();
        foreach (var fleet in _fleets)
        {
            fleet.Arrivals.Dispose();
        }

        return new ScalingResult(results, _latencies.Quantile(0.5) ?? double.NaN, _latencies.Quantile(0.99) ?? double.NaN, _timeline);
    }

    private void Handle(in ScalingEvent next)
    {
        switch (next.Kind)
        {
            case ScalingEventKind.Arrival:
                PlanArrival(next.Fleet!);
                next.Fleet!.Arrive();
                break;
            case ScalingEventKind.Ready:
                next.Fleet!.BecomeReady(next.Replica!);
                break;
            case ScalingEventKind.AtServer:
                next.Replica!.AtServer(next.Running!);
                break;
            case ScalingEventKind.Served:
                next.Replica!.Served(next.Running!);
                break;
            case ScalingEventKind.Answer:
                next.Fleet!.Answered(next.Replica!, next.Running!);
                break;
            case ScalingEventKind.Wake:
                next.Fleet!.Wake(next.Replica!);
                break;
            case ScalingEventKind.Expire:
                next.Fleet!.Expire();
                break;
            case ScalingEventKind.Sample:
                PlanSample(next.Fleet!);
                next.Fleet!.Sample();
                break;
            case ScalingEventKind.WaitsCold:
                next.Fleet!.Sample();
                break;
            case ScalingEventKind.Revisit:
                next.Fleet!.Revisit();
                break;
            default:
                EndPoint();
                PlanTimeline();
                break;
        }
    }

    private void PlanArrival(Fleet fleet)
    {
        if (fleet.Arrivals.MoveNext() && fleet.Arrivals.Current.AtMs < _scenario.DurationMs)
        {
            _agenda.Plan(fleet.Arrivals.Current.AtMs, new ScalingEvent(ScalingEventKind.Arrival, fleet));
        }
    }

    private void PlanSample(Fleet fleet)
    {
        if (_agenda.NowMs + _scenario.SampleMs < _scenario.DurationMs)
        {
            _agenda.Plan(_agenda.NowMs + _scenario.SampleMs, new ScalingEvent(ScalingEventKind.Sample, fleet));
        }
    }

    private void PlanTimeline()
    {
        if (_scenario.TimelineMs is { } lengthMs && _agenda.NowMs + lengthMs <= _scenario.DurationMs)
        {
            _agenda.Plan(_agenda.NowMs + lengthMs, new ScalingEvent(ScalingEventKind.Timeline, null));
        }
    }

    private void EndPoint()
    {
        var (offered, bad, desired, ready, alive) = (0L, 0L, 0, 0, 0);
        foreach (var fleet in _fleets)
        {
            offered += fleet.SoFar.Offered;
            bad += fleet.SoFar.Bad;
            desired += fleet.Desired;
            ready += fleet.Ready;
            alive += fleet.Alive;
        }

        _timeline.Add(new TimelinePoint(_agenda.NowMs, offered - _told.Offered, bad - _told.Bad, desired, ready, alive));
        _told = (offered, bad);
    }
}
