namespace MuLambda.Simulation.Tests;

public sealed class SelectorTests
{
    [Fact]
    public void Streams_are_spread_over_the_selectors_and_each_selector_learns_by_itself()
    {
        var spec = Clusters.Parity(new ClosedLoop(9, 200), 1, 0) with { Selectors = [new(), new(), new()] };

        var records = Clusters.Run(spec);

        records.Count.ShouldBe(9 * 200);
        records.ShouldAllBe(r => r.Selector == r.Stream % 3 && r.Outcome == RequestOutcome.Answered);
        records.ShouldNotBe(Clusters.Run(spec with { Selectors = [new()] }));
    }

    [Fact]
    public void A_client_may_stay_with_one_selector()
    {
        var spec = Clusters.Parity(new ClosedLoop(4, 20)) with { Selectors = [new(), new(), new()] };
        spec = spec with { Clients = [spec.Clients[0] with { Selector = 2 }] };

        Clusters.Run(spec).ShouldAllBe(r => r.Selector == 2);
    }

    [Fact]
    public void Requests_of_an_open_loop_take_the_selectors_in_turn()
    {
        var spec = Clusters.Parity(new OpenLoop(new PoissonArrivals(20), Requests: 60)) with { Selectors = [new(), new()] };

        Clusters.Run(spec).ShouldAllBe(r => r.Selector == r.Sequence % 2);
    }

    [Fact]
    public void A_selector_that_is_farther_away_answers_later()
    {
        var spec = Clusters.One(new SyntheticServiceTime(10, 0, 0, 0), new ClosedLoop(2, 50), delayMs: 30) with
        {
            Selectors = [new(), new() { DelayMs = 7 }],
        };

        foreach (var record in Clusters.Run(spec))
        {
            record.RoundTripMs.ShouldBe(record.Selector == 0 ? 40 : 47, tolerance: 1e-6);
        }
    }

    [Fact]
    public void A_selector_tries_no_more_executors_than_it_may()
    {
        var spec = Clusters.Parity(new ClosedLoop(1, 5)) with { Selectors = [new() { MaxAttempts = 2 }] };
        spec = spec with { Faults = [.. Enumerable.Range(0, 16).Select(i => new ExecutorKilled(i, 0))], LoadReports = new() { IntervalMs = 0 } };

        var records = Clusters.Run(spec);

        records[0].Outcome.ShouldBe(RequestOutcome.Failed);
        records.ShouldAllBe(r => r.Retries <= 1);
    }
}
