using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class BaselinePolicyTests
{
    [Fact]
    public void Round_robin_takes_every_candidate_in_turn()
    {
        var world = World.DigitZoo("round-robin");

        var chosen = Enumerable.Range(0, 8).Select(_ => world.Call("fast", _ => 1)).ToList();

        chosen.Take(4).ShouldBe(["linear", "mlp-small", "cnn", "mlp-wide"]);
        chosen.Skip(4).ShouldBe(chosen.Take(4));
    }

    [Fact]
    public void Random_takes_every_candidate_about_as_often_and_repeats_with_its_seed()
    {
        List<string> Run(long seed)
        {
            var world = World.DigitZoo("random", seed);
            return [.. Enumerable.Range(0, 4000).Select(_ => world.Call("fast", _ => 1))];
        }

        var chosen = Run(7);

        chosen.CountBy(id => id).Select(count => count.Value).ShouldAllBe(count => count > 850 && count < 1150);
        Run(7).ShouldBe(chosen);
        Run(8).ShouldNotBe(chosen);
    }

    [Fact]
    public void Plain_net_latency_takes_the_nearest_node_whatever_its_model_takes()
    {
        var world = new World("plain-net-latency")
            .Model("m", 0.9)
            .Executor("a", "m", node: "far").Executor("b", "m", node: "near").Executor("c", "m", node: "unmeasured")
            .Client("client", 1, 0).Latency("far", "client", 100).Latency("near", "client", 10);

        for (var i = 0; i < 5; i++)
        {
            world.Call("client", id => id == "b" ? 5000 : 1).ShouldBe("b");
        }
    }

    [Fact]
    public void Every_policy_reports_the_name_it_is_created_by()
    {
        foreach (var name in SelectionPolicies.Names)
        {
            SelectionPolicies.Create(name, 1).Name.ShouldBe(name);
        }

        Should.Throw<ArgumentException>(() => SelectionPolicies.Create("best", 1)).Message.ShouldContain("best");
    }
}
