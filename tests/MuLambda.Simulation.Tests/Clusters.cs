using MuLambda.Catalog;

namespace MuLambda.Simulation.Tests;

/// <summary>Clusters that tests begin with.</summary>
internal static class Clusters
{
    public static Criteria Criteria(double latency = 1, double accuracy = 0) =>
        new(ClusterSpec.DefaultTraits, new Preference(latency, accuracy));

    public static ModelSpec Model(string name, ServiceTime service, double accuracy = 0.9, params double[] confidences) =>
        new(name, service, accuracy, confidences.Length == 0 ? null : new ConfidenceSpec(confidences));

    /// <summary>One executor of one model on one node, one client with a closed loop.</summary>
    public static ClusterSpec One(ServiceTime service, ClientLoad load, double delayMs = 0) => new()
    {
        Nodes = [new("node", delayMs)],
        Models = [Model("model", service)],
        Executors = [new("executor", 0, 0)],
        Clients = [new("client", Criteria(), load)],
    };

    /// <summary>The published evaluation's parity schedule: four nodes with the same four models.</summary>
    public static ClusterSpec Parity(ClientLoad load, double latency = 0.5, double accuracy = 0.5) => new()
    {
        Nodes = [new("node-0", 10), new("node-1", 30), new("node-2", 100), new("node-3", 300)],
        Models =
        [
            Model("fast-bad", new SyntheticServiceTime(10, 0.001, 0.1, 5), 0.5, 0.5, 0.3, 0.1),
            Model("mid-ok", new SyntheticServiceTime(75, 0.02, 0.3, 30), 0.85, 0.85, 0.55, 0.35),
            Model("mid-good", new SyntheticServiceTime(100, 0.04, 0.7, 30), 0.95, 0.95, 0.75, 0.55),
            Model("slow-good", new SyntheticServiceTime(200, 0.08, 0.7, 60), 1, 1, 0.8, 0.6),
        ],
        Executors =
        [
            .. from node in Enumerable.Range(0, 4)
               from model in Enumerable.Range(0, 4)
               select new ExecutorSpec($"node-{node}-model-{model}", node, model),
        ],
        Clients = [new("client", Criteria(latency, accuracy), load)],
    };

    public static IReadOnlyList<RequestRecord> Run(ClusterSpec spec, string chooser = "mulambda", long seed = 1)
    {
        var list = new RequestList();
        Cluster.Run(spec, chooser, seed, list);
        return list.Records;
    }
}
