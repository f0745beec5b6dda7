using Xunit.Abstractions;

namespace MuLambda.Selection.Tests;

public sealed class HerdingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("fast", 5)]
    [InlineData("fast", 34)]
    [InlineData("balanced", 5)]
    [InlineData("balanced", 13)]
    [InlineData("balanced", 34)]
    public void Under_concurrency_requests_spread_where_the_published_policy_herds(string client, int streams)
    {
        var weighted = Mean("weighted", client, streams);
        var mulambda = Mean("mulambda", client, streams);

        output.WriteLine($"{client}, {streams} streams: weighted {weighted:0} ms, mulambda {mulambda:0} ms");
        mulambda.ShouldBeLessThan(weighted);
    }

    [Fact]
    public void Equal_executors_share_the_load()
    {
        var world = new World().Model("m", 0.9).Client("c", 1, 0);
        var servers = new Dictionary<string, ClosedLoop.Server>();
        foreach (var id in new[] { "a", "b", "c", "d" })
        {
            world.Executor(id, "m");
            servers[id] = new(20, 20, 1, 1);
        }

        var mean = new ClosedLoop(world, servers, seed: 5).Run("c", streams: 8, requests: 200).Skip(200).Average();

        // Two streams an executor: each waits for one other, never for more in the mean.
        mean.ShouldBeInRange(35, 45);
    }

    // The four nodes of the evaluation, 10 to 300 ms away, with fast, middling and slow models on each; requests already inside a model
    // slow it down as in its synthetic ones.
    private static double Mean(string policy, string client, int streams)
    {
        var world = new World(policy).Client("fast", 1, 0).Client("balanced", 0.5, 0.5);
        var servers = new Dictionary<string, ClosedLoop.Server>();
        (string Name, double BaseMs, double QueueMs, double JitterMs, double Accuracy)[] models =
            [("fast-bad", 10, 100, 5, 0.5), ("mid-ok", 75, 300, 30, 0.85), ("mid-good", 100, 700, 30, 0.95), ("slow-good", 200, 700, 60, 1)];
        double[] nodes = [10, 30, 100, 300];
        foreach (var (name, baseMs, queueMs, jitterMs, accuracy) in models)
        {
            world.Model(name, accuracy);
            for (var node = 0; node < nodes.Length; node++)
            {
                var id = $"{name}-{node}";
                world.Executor(id, name, $"node-{node}");
                servers[id] = new(baseMs, queueMs, jitterMs, nodes[node]);
                world.Latency($"node-{node}", client, nodes[node]);
            }
        }

        return new ClosedLoop(world, servers, seed: 11).Run(client, streams, requests: 100).Average();
    }
}
