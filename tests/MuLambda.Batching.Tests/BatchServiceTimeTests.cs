namespace MuLambda.Batching.Tests;

public sealed class BatchServiceTimeTests
{
    [Fact]
    public void A_fixed_part_and_a_part_an_example_are_told_apart_and_predict_sizes_never_seen()
    {
        var service = new BatchServiceTime(0.99);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var items = 1 + random.Next(16);
            service.Observe(items, 1, (5 + (0.5 * items)) * (0.95 + (0.1 * random.NextDouble())), i * 10);
        }

        service.ExpectedMs(1, 1, 2000).ShouldBe(5.5, 0.4, $"seed {seed}");
        service.ExpectedMs(32, 1, 2000).ShouldBe(21, 3, $"seed {seed}");
        service.LargestWithin(13, 1, 2000).ShouldBeInRange(10, 16, $"seed {seed}");
    }

    [Fact]
    public void What_small_batches_take_is_not_forgotten_while_only_large_ones_come()
    {
        var service = new BatchServiceTime(0.99);
        for (var i = 0; i < 50; i++)
        {
            service.Observe(1, 1, 5.5, i);
        }

        for (var i = 0; i < 500; i++)
        {
            service.Observe(64, 1, 37, 100 + i);
        }

        service.ExpectedMs(1, 1, 700).ShouldBe(5.5, 0.5);
    }

    [Fact]
    public void An_executor_that_becomes_slower_is_known_as_slow_within_seconds()
    {
        var service = new BatchServiceTime(0.99);
        for (var i = 0; i < 100; i++)
        {
            service.Observe(4, 1, 10, i * 10);
        }

        for (var i = 0; i < 50; i++)
        {
            service.Observe(4, 1, 30, 1000 + (i * 30));
        }

        service.ExpectedMs(4, 1, 2500).ShouldBe(30, 5);
    }

    [Fact]
    public void What_another_executor_taught_is_known_at_once_and_outweighed_by_a_few_answers()
    {
        var other = new BatchServiceTime(0.99);
        for (var i = 0; i < 200; i++)
        {
            var items = 1 << (i % 5);
            other.Observe(items, 1 + (i % 2), (1 + (i % 2)) * (5 + (0.5 * items)), i * 10);
        }

        var own = new BatchServiceTime(0.99);
        own.BeginWith(other, 3_600_000);

        own.KnowsAnything.ShouldBeTrue();
        own.Observations.ShouldBe(0);
        own.LargestSeen.ShouldBe(16);
        own.ExpectedMs(8, 1, 3_600_000).ShouldBe(9, 0.5);
        own.BestInFlight(16, 8, 3_600_000).ShouldBe(1, "two at a time did not pay there");
        own.InFlightToTry(16, 8, isOverloaded: false).ShouldBe(1, "and need not be tried again here");
        for (var i = 0; i < 20; i++)
        {
            own.Observe(8, 1, 27, 3_600_000 + (i * 100));
        }

        own.ExpectedMs(8, 1, 3_602_000).ShouldBeGreaterThan(18, "nearer to its own 27 than to 9");
        other.ExpectedMs(8, 1, 2000).ShouldBe(9, 0.5, "it keeps what it knows");
        Should.Throw<InvalidOperationException>(() => own.BeginWith(other, 3_602_000));
    }

    [Fact]
    public void What_knows_nothing_teaches_nothing()
    {
        var own = new BatchServiceTime(0.99);
        own.BeginWith(new BatchServiceTime(0.99), 0);

        own.KnowsAnything.ShouldBeFalse();
        own.ExpectedMs(1, 1, 0).ShouldBe(0);
        own.Observe(1, 1, 5, 10);
        own.ExpectedMs(1, 1, 10).ShouldBe(5, 0.5);
    }

    [Fact]
    public void The_probability_to_be_in_time_follows_the_scatter()
    {
        var service = new BatchServiceTime(0.9);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 1000; i++)
        {
            service.Observe(4, 1, 10 + (10 * random.NextDouble()), i);
        }

        service.ProbabilityWithin(4, 1, 15, 1000).ShouldBe(0.5, 0.25, $"seed {seed}");
        service.ProbabilityWithin(4, 1, 19, 1000).ShouldBe(0.9, 0.2, $"seed {seed}");
        service.ProbabilityWithin(4, 1, 5, 1000).ShouldBeLessThan(0.05, $"seed {seed}");
        service.ProbabilityWithin(4, 1, 40, 1000).ShouldBeGreaterThan(0.95, $"seed {seed}");
    }

    [Fact]
    public void Batches_that_run_beside_others_in_part_only_do_not_make_an_executor_of_one_at_a_time_look_like_two()
    {
        var service = new BatchServiceTime(0.99);
        for (var i = 0; i < 40; i++)
        {
            service.Observe(1 + (i % 8), 1, 2 + (6 * (1 + (i % 8))), i);
            service.Observe(1 + (i % 4), 2, (2 + (6 * (1 + (i % 4)))) * (1 + (i % 2)), i);
        }

        var (inFlight, baseMs, perItemMs) = service.Sustained(40);

        inFlight.ShouldBe(1);
        baseMs.ShouldBe(2, tolerance: 1);
        perItemMs.ShouldBe(6, tolerance: 0.5);
    }

    [Fact]
    public void Batches_that_cost_each_other_nothing_are_sustained_side_by_side()
    {
        var service = new BatchServiceTime(0.99);
        for (var i = 0; i < 40; i++)
        {
            service.Observe(1 + (i % 8), 1, 2 + (6 * (1 + (i % 8))), i);
            service.Observe(1 + (i % 4), 2, 2 + (6 * (1 + (i % 4))), i);
        }

        service.Sustained(40).InFlight.ShouldBe(2);
        (service.Sustained(40).BaseMs + (8 * service.Sustained(40).PerItemMs)).ShouldBe(50, tolerance: 4);
    }

    [Fact]
    public void What_two_at_a_time_took_while_the_machine_was_slow_does_not_keep_them_apart_afterwards()
    {
        var service = new BatchServiceTime(0.99);
        for (var i = 0; i < 100; i++)
        {
            service.Observe(1 + (i % 4), 1, 40 * (1 + (i % 4)), i);
            service.Observe(1 + (i % 4), 2, 90 * (1 + (i % 4)), i);
        }

        service.InFlightToTry(8, 8, isOverloaded: false).ShouldBe(1);
        for (var i = 0; i < 1100; i++)
        {
            service.Observe(1 + (i % 4), 1, 1 + (i % 4), 100 + i);
        }

        service.InFlightToTry(8, 8, isOverloaded: false).ShouldBe(2, "it is time for a trial");
        service.BestInFlight(8, 8, 1200).ShouldBe(1, "what is known is not changed by hope");
        service.InFlightToTry(8, 8, isOverloaded: true).ShouldBe(1, "a trial might cost too much");
        for (var i = 0; i < 4; i++)
        {
            service.Observe(1 + i, 2, 1.1 * (1 + i), 1200 + i);
        }

        service.InFlightToTry(8, 8, isOverloaded: false).ShouldBeGreaterThanOrEqualTo(2, "the trial outweighs what was before");
    }

    [Theory]
    [InlineData(2, 50)]
    [InlineData(4, 100)]
    [InlineData(100, 300)]
    public void A_number_that_does_not_pay_is_tried_again_the_sooner_the_less_there_is_to_do(int items, int answers)
    {
        var service = new BatchServiceTime(0.99);
        for (var i = 0; i < 2000; i++)
        {
            service.Observe(1 + (i % 4), 1, 1 + (i % 4), i);
            service.Observe(1 + (i % 4), 2, 2 * (1 + (i % 4)), i);
        }

        for (var i = 0; i <= answers; i++)
        {
            service.InFlightToTry(items, 2, isOverloaded: false).ShouldBe(1, $"after {i} answers");
            service.Observe(1 + (i % 4), 1, 1 + (i % 4), 2000 + i);
        }

        service.InFlightToTry(items, 2, isOverloaded: false).ShouldBe(2);
        service.InFlightToTry(items, 2, isOverloaded: true).ShouldBe(1);
    }

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.9, 1)]
    public void Where_fewer_at_a_time_are_found_to_take_much_less_than_they_did_more_are_tried_again_at_once(double factor, int expected)
    {
        var service = new BatchServiceTime(0.99);
        for (var i = 0; i < 2000; i++)
        {
            service.Observe(1 + (i % 4), 1, 10 * (1 + (i % 4)), i);
        }

        // So much to do that two at a time are all that is seen.
        for (var i = 0; i < 400; i++)
        {
            service.Observe(1 + (i % 4), 2, 20 * (1 + (i % 4)), 2000 + i);
        }

        for (var i = 0; i < 4; i++)
        {
            service.Observe(1 + (i % 4), 1, factor * 10 * (1 + (i % 4)), 2400 + i);
        }

        service.InFlightToTry(8, 2, isOverloaded: false).ShouldBe(expected);
    }

    [Fact]
    public void An_executor_of_one_at_a_time_is_asked_for_two_in_few_trials_only()
    {
        var service = new BatchServiceTime(0.99);
        var trials = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var inFlight = service.InFlightToTry(8, 8, isOverloaded: false);
            trials += inFlight - 1;
            var items = Math.Max(1, (1 + (i % 8)) / inFlight);
            service.Observe(items, inFlight, inFlight * (0.1 + items), i);
        }

        trials.ShouldBeInRange(50, 400);
    }

    [Fact]
    public void Of_what_nobody_tried_nothing_is_hoped_for()
    {
        new BatchServiceTime(0.99).Sustained(0).ShouldBe((1, 0, 0));
        var service = new BatchServiceTime(0.99);
        service.Observe(4, 1, 20, 0);

        service.Sustained(0).InFlight.ShouldBe(1);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    public void Times_that_cannot_be_teach_nothing(double tookMs)
    {
        var service = new BatchServiceTime(0.99);
        service.Observe(1, 1, tookMs, 0);

        service.Observations.ShouldBe(0);
        service.ExpectedMs(1, 1, 0).ShouldBe(0);
    }
}
