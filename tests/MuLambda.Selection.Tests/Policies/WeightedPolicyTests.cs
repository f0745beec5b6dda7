using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class WeightedPolicyTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(10, 1)]
    [InlineData(10.01, 0.89)]
    [InlineData(30, 0.89)]
    [InlineData(60, 0.78)]
    [InlineData(90, 0.67)]
    [InlineData(91, 0.56)]
    [InlineData(150, 0.56)]
    [InlineData(240, 0.44)]
    [InlineData(390, 0.33)]
    [InlineData(630, 0.22)]
    [InlineData(631, 0.11)]
    [InlineData(1020, 0.11)]
    [InlineData(1020.5, 0)]
    public void Latency_is_normalised_in_the_published_buckets(double latencyMs, double expected) =>
        WeightedPolicy.NormaliseLatency(latencyMs).ShouldBe(expected);

    // Three candidates: a: 10 + 2 * 10 = 30 ms -> .89, accuracy .45 / .9 = .5
    //                   b: 100 + 4 * 10 = 140 ms -> .56, accuracy .9 / .9 = 1
    //                   c: 30 + 0 * 10 = 30 ms -> .89, accuracy .72 / .9 = .8
    [Theory]
    [InlineData(1, 0, 0, 0.89, 0.56, 0.89)]
    [InlineData(0, 1, 1, 0.5, 1, 0.8)]
    [InlineData(0.5, 0.5, 2, 0.695, 0.78, 0.845)]
    [InlineData(0.2, 0.8, 1, 0.578, 0.912, 0.818)]
    public void The_score_is_the_weighted_sum_computed_by_hand(
        double latency, double accuracy, int chosen, double a, double b, double c)
    {
        var world = new World("weighted").Client("client", latency, accuracy);
        foreach (var (id, rttMs, delayPerItemMs, confidence) in
            new[] { ("a", 10, 2, 0.45), ("b", 100, 4, 0.9), ("c", 30, 0, 0.72) })
        {
            world.Model(id, 0.5).Executor(id, id, node: id).Latency(id, "client", rttMs);
            world.Select("client", 1, [.. Others(id)]).Complete(rttMs + delayPerItemMs, confidence: confidence);
        }

        var prospects = world.Selector.Survey(world.Demand("client"), 10).ToDictionary(p => p.Candidate.Executor.Id);

        prospects.Values.Single(p => p.Selected).Candidate.Executor.Id.ShouldBe("abc"[chosen].ToString());
        prospects["a"].Utility.ShouldBe(a, 1e-6);
        prospects["b"].Utility.ShouldBe(b, 1e-6);
        prospects["c"].Utility.ShouldBe(c, 1e-6);
        world.Select("client", 10).Decision.Utility.ShouldBe(new[] { a, b, c }[chosen], 1e-6);
    }

    [Fact]
    public void Delay_per_item_is_that_of_the_last_answer_beyond_the_round_trip_and_never_negative()
    {
        var world = new World("weighted").Model("m", 0.9).Executor("e", "m").Client("c", 1, 0).Latency("local", "c", 20);
        var track = world.Select("c").Decision.Candidate.Track;

        world.Select("c", items: 10).Complete(120);
        track.LastDelayPerItemMs.ShouldBe(10);

        world.Select("c", items: 5).Complete(15);
        track.LastDelayPerItemMs.ShouldBe(0);
    }

    [Fact]
    public void Accuracy_is_the_mean_of_the_last_ten_confidences_and_the_declared_one_before_the_first()
    {
        var world = new World("weighted").Model("m", 0.9).Executor("e", "m").Client("c", 0, 1);
        world.Selector.Survey(world.Demand("c"), 1)[0].State.Confidence.ShouldBe(0.9);

        for (var i = 0; i < 12; i++)
        {
            world.Select("c").Complete(1, confidence: i / 12.0);
        }

        // The mean of 2/12 to 11/12.
        world.Selector.Survey(world.Demand("c"), 1)[0].State.Confidence.ShouldBe(6.5 / 12, 1e-9);
    }

    private static IEnumerable<string> Others(string id) => new[] { "a", "b", "c" }.Where(other => other != id);
}
