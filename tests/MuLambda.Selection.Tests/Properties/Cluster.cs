using MuLambda.Catalog;

namespace MuLambda.Selection.Tests.Properties;

/// <summary>A model of a generated cluster; its name is <c>m</c> and its place.</summary>
internal sealed record ModelSpec(double Accuracy, long Bytes, int Traits);

/// <summary>An executor of a generated cluster; its id is <c>e</c> and its place.</summary>
internal sealed record ExecutorSpec(int Node, IReadOnlyList<int> Models, ExecutorState State)
{
    public override string ToString() => $"node {Node}, {State}, models {string.Join(' ', Models)}";
}

/// <summary>A client of a generated cluster; its id is <c>c</c> and its place.</summary>
internal sealed record ClientSpec(double Latency, double Accuracy, double? MaxLatencyMs, double? MinAccuracy, int Traits);

/// <summary>What a node's prober measured to a client.</summary>
internal sealed record RoundTripSpec(int Node, int Client, double Ms);

/// <summary>A generated cluster, and what happens in it.</summary>
internal sealed record Cluster(
    IReadOnlyList<ModelSpec> Models,
    IReadOnlyList<ExecutorSpec> Executors,
    IReadOnlyList<ClientSpec> Clients,
    IReadOnlyList<RoundTripSpec> RoundTrips,
    IReadOnlyList<Happening> History)
{
    public static readonly Traits[] AllTraits =
        [World.Digits, new("classification", "text", "label"), new("classification", "image", "box")];

    /// <summary>The catalog, before anything happened.</summary>
    /// <param name="policy">The selector's policy.</param>
    /// <param name="order">Where the order begins in which the catalog's entries are met; null for any.</param>
    /// <param name="idOf">The executors' ids; null for <c>e0</c>, <c>e1</c>…</param>
    public World Build(string policy = "mulambda", int? order = null, Func<int, string>? idOf = null)
    {
        var world = new World(policy, seed: 1, order: order);
        for (var m = 0; m < Models.Count; m++)
        {
            world.Model($"m{m}", Models[m].Accuracy, Models[m].Bytes, AllTraits[Models[m].Traits]);
        }

        for (var e = 0; e < Executors.Count; e++)
        {
            world.Executor(ExecutorOf(e, idOf?.Invoke(e) ?? $"e{e}", Executors[e].State));
        }

        for (var c = 0; c < Clients.Count; c++)
        {
            var client = Clients[c];
            world.Client($"c{c}", client.Latency, client.Accuracy, client.MaxLatencyMs, client.MinAccuracy, AllTraits[client.Traits]);
        }

        foreach (var (node, client, ms) in RoundTrips)
        {
            world.Latency($"n{node}", $"c{client}", ms);
        }

        return world;
    }

    /// <summary>An executor as the catalog has it.</summary>
    public Executor ExecutorOf(int index, string id, ExecutorState state) => new(
        id, $"n{Executors[index].Node}", [.. Executors[index].Models.Select(m => new ModelReference($"m{m}", 1))],
        new ExecutorEndpoints("http://127.0.0.1:1"), state);

    public override string ToString() => string.Join(
        '\n',
        [.. Models.Select((m, i) => $"m{i}: {m}"), .. Executors.Select((e, i) => $"e{i}: {e}"), .. Clients.Select((c, i) => $"c{i}: {c}"),
            .. RoundTrips.Select(r => $"{r}"), .. History.Select(h => $"{h}")]);
}
