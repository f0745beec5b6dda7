using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Simulation;

/// <summary>The cluster as it truly is at the moment of a choice.</summary>
public sealed class ClusterState
{
    private readonly Topology _topology;
    private readonly Servers _servers;
    private readonly EventQueue _queue;

    internal ClusterState(Topology topology, Servers servers, EventQueue queue)
    {
        (_topology, _servers, _queue) = (topology, servers, queue);
        Streams = topology.Spec.Clients.Sum(c => c.Load is ClosedLoop loop ? loop.Streams : 0);
    }

    /// <summary>The cluster's specification.</summary>
    public ClusterSpec Spec => _topology.Spec;

    /// <summary>The virtual time, in milliseconds.</summary>
    public double NowMs => _queue.NowMs;

    /// <summary>The closed-loop streams of all clients together.</summary>
    public int Streams { get; }

    /// <summary>A number that changes with what faults do to executors and network.</summary>
    public long Condition => _servers.Condition + _topology.Condition;

    /// <summary>How many executors there are.</summary>
    public int Executors => _topology.Spec.Executors.Count;

    /// <summary>Whether an executor can be reached and answers.</summary>
    /// <param name="executor">Its index.</param>
    /// <returns>False while it is down, hangs or is cut off.</returns>
    public bool IsUp(int executor) => _servers.IsUp(executor);

    /// <summary>The requests in an executor now, running or waiting.</summary>
    /// <param name="executor">Its index.</param>
    /// <returns>The number.</returns>
    public int Inside(int executor) => _servers.Inside(executor);

    /// <summary>How many times slower than its model an executor is now.</summary>
    /// <param name="executor">Its index.</param>
    /// <returns>1 for not slowed.</returns>
    public double Slowdown(int executor) => _servers.Slowdown(executor);

    /// <summary>The network's true round trip between a client and an executor, without jitter.</summary>
    /// <param name="executor">The executor's index.</param>
    /// <param name="client">The client's index.</param>
    /// <returns>Milliseconds.</returns>
    public double RoundTripMs(int executor, int client) => _topology.RoundTripMs(_topology.NodeOf(executor), client);

    /// <summary>What an executor would take in the mean for a request sent now, if nothing else came.</summary>
    /// <param name="executor">The executor's index.</param>
    /// <param name="items">The examples it carries.</param>
    /// <param name="inside">The requests it would find there.</param>
    /// <returns>Milliseconds, without the network.</returns>
    public double ServiceMs(int executor, int items, int inside) =>
        _servers.Slowdown(executor) * _topology.ServiceOf(executor).MeanMs(items, inside);

    /// <summary>The model of an executor.</summary>
    /// <param name="executor">The executor's index.</param>
    /// <returns>Its model.</returns>
    public ModelSpec ModelOf(int executor) => _topology.Spec.Models[_topology.ModelOf(executor)];

    /// <summary>The expected confidence of an executor's answers; the declared accuracy where they do not say.</summary>
    /// <param name="executor">The executor's index.</param>
    /// <returns>From 0 to 1.</returns>
    public double ExpectedConfidence(int executor)
    {
        var model = ModelOf(executor);
        return model.Confidence?.Mean ?? model.Accuracy;
    }

    /// <summary>
    /// How many requests are to be expected in an executor while one sent now is there, if they come as they leave: the throughput that
    /// those inside show, for as long as it stays.
    /// </summary>
    /// <param name="executor">The executor's index.</param>
    /// <param name="items">The examples it carries; the others are taken to be like it.</param>
    /// <returns>The number.</returns>
    public double Affected(int executor, int items)
    {
        var inside = _servers.Inside(executor);
        return inside == 0 ? 0 : inside * ServiceMs(executor, items, inside) / ServiceMs(executor, items, inside - 1);
    }

    /// <summary>What a request sent now costs in the mean: its own time in the executor, plus what it adds to each that is affected.</summary>
    /// <param name="executor">The executor's index.</param>
    /// <param name="items">The examples it carries.</param>
    /// <returns>Milliseconds, without the network.</returns>
    public double MarginalMs(int executor, int items)
    {
        var inside = _servers.Inside(executor);
        var ownMs = ServiceMs(executor, items, inside);
        return ownMs + (Affected(executor, items) * (ServiceMs(executor, items, inside + 1) - ownMs));
    }

    /// <summary>
    /// The expected realised utility of a request: latency weight times the published bucket score of what it takes, plus accuracy weight times its
    /// confidence over the best.
    /// </summary>
    /// <param name="executor">The executor's index.</param>
    /// <param name="request">The request.</param>
    /// <param name="inside">The requests it would find there.</param>
    /// <param name="bestConfidence">The best expected confidence among the executors that meet the criteria.</param>
    /// <returns>From 0 to 1.</returns>
    public double ExpectedUtility(int executor, in OracleRequest request, int inside, double bestConfidence)
    {
        const int points = 8;
        var service = _topology.ServiceOf(executor);
        var slowdown = _servers.Slowdown(executor);
        var rttMs = RoundTripMs(executor, request.Client);
        var score = 0.0;
        for (var i = 0; i < points; i++)
        {
            score += WeightedPolicy.NormaliseLatency(
                rttMs + (slowdown * service.QuantileMs(request.Items, inside, (i + 0.5) / points)));
        }

        return (request.Weights.Latency * score / points)
            + (bestConfidence > 0 ? request.Weights.Accuracy * ExpectedConfidence(executor) / bestConfidence : 0);
    }

    /// <summary>The best expected confidence among the executors whose models meet the criteria.</summary>
    /// <param name="criteria">The criteria.</param>
    /// <returns>From 0 to 1; 0 where none does.</returns>
    public double BestConfidence(Criteria criteria)
    {
        var best = 0.0;
        for (var executor = 0; executor < Executors; executor++)
        {
            best = Meets(executor, criteria) ? Math.Max(best, ExpectedConfidence(executor)) : best;
        }

        return best;
    }

    /// <summary>Whether an executor's model meets the hard criteria as it truly is.</summary>
    /// <param name="executor">The executor's index.</param>
    /// <param name="criteria">The criteria.</param>
    /// <returns>Whether it does; latency is not looked at.</returns>
    public bool Meets(int executor, Criteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        var model = ModelOf(executor);
        return (model.Traits ?? ClusterSpec.DefaultTraits) == criteria.Required
            && model.Accuracy >= (criteria.Bounds?.MinAccuracy ?? 0);
    }

    /// <summary>Whether a request can be sent to an executor: it is up, meets the criteria and did not just fail it.</summary>
    /// <param name="executor">The executor's index.</param>
    /// <param name="request">The request.</param>
    /// <returns>Whether it can.</returns>
    public bool Admits(int executor, in OracleRequest request) =>
        executor != request.NotExecutor
        && IsUp(executor)
        && Meets(executor, request.Criteria)
        && RoundTripMs(executor, request.Client) + ServiceMs(executor, request.Items, Inside(executor))
            <= (request.Criteria.Bounds?.MaxLatencyMs ?? double.PositiveInfinity);
}
