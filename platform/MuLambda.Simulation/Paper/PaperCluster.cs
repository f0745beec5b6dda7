using MuLambda.Catalog;

namespace MuLambda.Simulation.Paper;

/// <summary>A cell as a cluster to simulate.</summary>
public static class PaperCluster
{
    /// <summary>The id of the one client.</summary>
    public const string Client = "app";

    /// <summary>
    /// The cluster of a cell: nodes that delay their answers, one executor a model, and a client with closed-loop streams beside the
    /// selector. Round trips are measured every 5 s in whole milliseconds; the weights change at equal shares of each
    /// stream's requests; no request has a deadline, as in the prototype.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="requests">The requests of each stream.</param>
    /// <returns>The cluster; executor and node indexes are those of the cell's schedule.</returns>
    public static ClusterSpec Of(PaperCell cell, int requests)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var schedule = cell.Schedule;
        var models = schedule.Models.ToList();
        var phases = cell.UseCase.Phases;
        return new ClusterSpec
        {
            Nodes = [.. schedule.Nodes.Select((_, node) => new NodeSpec($"node{node}", cell.Network.DelayMs(node)))],
            Models = [.. models.Select(model => model.ToSpec())],
            Executors = [.. schedule.Executors.Select(executor =>
                new ExecutorSpec(executor.Id, executor.Node, models.IndexOf(executor.Model)))],
            Clients =
            [
                new ClientSpec(Client, CriteriaOf(phases[0]), new ClosedLoop(cell.Streams, requests))
                {
                    Items = new ItemCount.Fixed(cell.Size),
                    Changes = [.. phases.Skip(1).Select((weights, i) =>
                        new CriteriaChange(CriteriaOf(weights), AtFraction: (i + 1.0) / phases.Count))],
                },
            ],
            Probes = new ProbeSpec { WholeMilliseconds = true },
        };
    }

    internal static Criteria CriteriaOf(Preference weights) => new(ClusterSpec.DefaultTraits, weights);
}
