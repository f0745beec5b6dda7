using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.Properties;

/// <summary>
/// Lets a cluster's history happen, and knows by the documentation alone what a selection may do: who may be asked, and what is
/// believed of each.
/// </summary>
internal sealed class Journey
{
    private readonly Cluster _cluster;
    private readonly Func<int, string> _idOf;
    private readonly ExecutorState[] _states;
    private readonly Outage[] _outages;
    private readonly double[] _quietSinceMs;
    private readonly bool[] _judged;
    private readonly List<(int Executor, bool Trial, Assignment Assignment)> _inFlight = [];

    public Journey(Cluster cluster, string policy = "mulambda", int? order = null, Func<int, string>? idOf = null)
    {
        _cluster = cluster;
        _idOf = idOf ?? (e => $"e{e}");
        World = cluster.Build(policy, order, _idOf);
        _states = [.. cluster.Executors.Select(e => e.State)];
        _outages = [.. cluster.Executors.Select(_ => new Outage())];
        _quietSinceMs = new double[cluster.Executors.Count];
        _judged = new bool[cluster.Models.Count];
    }

    public World World { get; }

    /// <summary>Told of each request before it is selected for.</summary>
    public Action<Happening.Asked> Selecting { get; init; } = _ => { };

    /// <summary>Told of each selection: who asked, and what was chosen, null for nothing.</summary>
    public Action<Happening.Asked, Decision?> Selected { get; init; } = (_, _) => { };

    public void Run()
    {
        foreach (var happening in _cluster.History)
        {
            Happen(happening);
        }
    }

    /// <summary>The place of an executor by its id.</summary>
    public int IndexOf(string id) => Enumerable.Range(0, _cluster.Executors.Count).First(e => _idOf(e) == id);

    /// <summary>The candidates that may get a request, whatever its bounds say.</summary>
    public IEnumerable<(int Executor, int Model)> Admissible(Happening.Asked asked) =>
        from e in Enumerable.Range(0, _cluster.Executors.Count)
        where _states[e] == ExecutorState.Ready && !asked.Without.Contains(e) && _outages[e].Admits(World.Time.NowMs)
        from m in _cluster.Executors[e].Models
        where _cluster.Models[m].Traits == _cluster.Clients[asked.Client].Traits
        select (e, m);

    /// <summary>The accuracy that a bound is held against: the declared one, unless feedback has corrected it.</summary>
    public double ProvenAccuracy(int executor, int model) =>
        _judged[model] ? TrackOf(executor, model).Model.Accuracy.Current.Proven : _cluster.Models[model].Accuracy;

    /// <summary>What is believed that a request would take of a candidate that has answered, or whose model has; NaN for one whose size alone is known.</summary>
    public double BelievedMs(Happening.Asked asked, int executor, int model)
    {
        var track = TrackOf(executor, model);
        var executorTrack = World.Snapshot.Executors[_idOf(executor)];
        var own = track.Service.Current;
        var known = own.Observations > 0 ? own : track.Model.Service.Current;
        if (known.Observations == 0)
        {
            return double.NaN;
        }

        var inferredMs = executorTrack.RoundTrip.CurrentMs;
        var rttMs = RoundTripMs(executor, asked.Client) ?? (double.IsNaN(inferredMs) ? 0 : inferredMs);
        var serviceMs = known.ServiceMs(asked.Items);
        if (executorTrack.InFlight > 0)
        {
            // Silent for longer than it should take: then it takes at least so long.
            return Math.Max(
                rttMs + serviceMs + known.WaitMs(executorTrack.InFlight, executorTrack.ItemsInFlight), World.Time.NowMs - _quietSinceMs[executor]);
        }

        // What is stale no longer counts in full against a bound.
        var isStale = own.Observations > 0 && World.Time.NowMs - own.ObservedAtMs >= track.Freshness.StaleAfterMs - 1;
        return rttMs + (serviceMs * (isStale ? track.Freshness.RetryFactor : 1));
    }

    public CandidateTrack TrackOf(int executor, int model) =>
        World.Snapshot.Groups[Cluster.AllTraits[_cluster.Models[model].Traits]].Candidates
            .Single(c => c.Executor.Id == _idOf(executor) && c.Model.Name == $"m{model}").Track;

    public double? RoundTripMs(int executor, int client) => _cluster.RoundTrips
        .SingleOrDefault(one => one.Node == _cluster.Executors[executor].Node && one.Client == client)?.Ms;

    private void Happen(Happening happening)
    {
        switch (happening)
        {
            case Happening.Asked asked:
                Ask(asked);
                break;
            case Happening.Passed(var ms):
                World.Time.Advance(TimeSpan.FromMilliseconds(ms));
                break;
            case Happening.Answered(var ms) when _inFlight.Count > 0:
                var (executor, trial, assignment) = _inFlight[0];
                _inFlight.RemoveAt(0);
                End(executor, trial, assignment, new Ending(EndingKind.Completes, ms, null));
                break;
            case Happening.Changed(var e, var state):
                // Readiness regained ends a quarantine.
                if (state == ExecutorState.Ready && _states[e] != ExecutorState.Ready)
                {
                    _outages[e].End();
                }

                _states[e] = state;
                World.Executor(_cluster.ExecutorOf(e, _idOf(e), state));
                break;
            case Happening.Judged(var m, var score) when _cluster.Executors.Any(e => e.Models.Contains(m)):
                _judged[m] = true;
                TrackOf(_cluster.Executors.ToList().FindIndex(e => e.Models.Contains(m)), m).Model.ObserveScore(score);
                break;
            case Happening.Learned learned when _cluster.Executors[learned.Executor].Models.Contains(learned.Model):
                var track = TrackOf(learned.Executor, learned.Model);
                for (var i = 0; i < learned.Answers; i++)
                {
                    track.Learn(i < learned.Answers - 1 ? learned.ElapsedMs : learned.ThenMs, 1, 0, 0, World.Time.NowMs);
                }

                break;
            default:
                break;
        }
    }

    private void Ask(Happening.Asked asked)
    {
        Selecting(asked);
        var selected = World.Selector.Select(
            World.Demand($"c{asked.Client}"), asked.Items, [.. asked.Without.Select(_idOf)]);
        if (selected is not { } assignment)
        {
            Selected(asked, null);
            return;
        }

        var executor = IndexOf(assignment.Decision.Candidate.Executor.Id);
        Selected(asked, assignment.Decision);
        if (World.Snapshot.Executors[_idOf(executor)].InFlight == 1)
        {
            _quietSinceMs[executor] = World.Time.NowMs;
        }

        End(executor, _outages[executor].Enter(), assignment, asked.Ending);
    }

    private void End(int executor, bool trial, Assignment assignment, Ending ending)
    {
        var nowMs = World.Time.NowMs;
        switch (ending.Kind)
        {
            case EndingKind.StaysInFlight:
                _inFlight.Add((executor, trial, assignment));
                break;
            case EndingKind.Fails:
                assignment.Fail();
                _outages[executor].Begin(nowMs, trial);
                break;
            case EndingKind.TimesOut or EndingKind.TimesOutUnresponsive:
                var unresponsive = ending.Kind == EndingKind.TimesOutUnresponsive;
                assignment.TimeOut(ending.ElapsedMs, unresponsive);
                if (unresponsive)
                {
                    _outages[executor].Begin(nowMs, trial);
                }
                else
                {
                    _outages[executor].Abandon(trial);
                }

                break;
            case EndingKind.IsRefused:
                assignment.Refused();
                _quietSinceMs[executor] = nowMs;
                _outages[executor].End();
                break;
            case EndingKind.IsGivenUp:
                assignment.Dispose();
                _outages[executor].Abandon(trial);
                break;
            default:
                assignment.Complete(ending.ElapsedMs, ending.ElapsedMs % 2 == 0 ? 0 : null, ending.Confidence);
                _quietSinceMs[executor] = nowMs;
                _outages[executor].End();
                break;
        }
    }

    // Half a second after the first failure, then twice as long each time up to 30 s; one request at a time tries it.
    private sealed class Outage
    {
        private double _untilMs = double.NegativeInfinity;
        private int _failures;
        private bool _onTrial;

        private bool IsOver => double.IsNegativeInfinity(_untilMs);

        public bool Admits(double nowMs) => IsOver || (nowMs >= _untilMs && !_onTrial);

        public bool Enter() => _onTrial |= !IsOver;

        public void Begin(double nowMs, bool trial)
        {
            if (IsOver || trial)
            {
                _untilMs = nowMs + Math.Min(30_000, 500 * Math.Pow(2, _failures++));
                _onTrial = false;
            }
        }

        public void Abandon(bool trial) => _onTrial &= !trial;

        public void End() => (_untilMs, _failures, _onTrial) = (double.NegativeInfinity, 0, false);
    }
}
