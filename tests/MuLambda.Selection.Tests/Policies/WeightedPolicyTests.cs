using MuLambda.Catalog;

namespace MuLambda.Selection.Tests;

public sealed class WeightedPolicyTests
{
    private readonly WeightedPolicy _policy = new();

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
        CandidateState[] candidates = [State(10, 2, 0.45), State(100, 4, 0.9), State(30, 0, 0.72)];
        var utilities = new double[3];

        var choice = _policy.Choose(
            new SelectionContext(candidates, new Preference(latency, accuracy), items: 10, turn: 0), utilities);

        choice.Index.ShouldBe(chosen);
        utilities[0].ShouldBe(a, 1e-9);
        utilities[1].ShouldBe(b, 1e-9);
        utilities[2].ShouldBe(c, 1e-9);
        choice.Utility.ShouldBe(utilities[chosen]);
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

    private static CandidateState State(double rttMs, double delayPerItemMs, double confidence) => new()
    {
        Estimate = new Estimate(rttMs, 0, 0, 0.5, RoundTripSource.Measured),
        LastDelayPerItemMs = delayPerItemMs,
        Confidence = confidence,
    };
}
