using Xunit.Abstractions;

namespace MuLambda.Selection.Tests;

public sealed class ServiceTimeEstimatorTests(ITestOutputHelper output)
{
    private readonly int _seed = Random.Shared.Next();

    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(20, 4)]
    [InlineData(150, 0.06)]
    [InlineData(0.3, 0)]
    public void It_converges_to_a_service_time_linear_in_items(double baseMs, double perItemMs)
    {
        output.WriteLine($"seed {_seed}");
        var random = new Random(_seed);
        var estimator = new ServiceTimeEstimator(ServiceTimePrior.Of(1_000_000));

        for (var i = 0; i < 400; i++)
        {
            var items = random.Next(1, 65);
            var noise = 0.95 + (0.1 * random.NextDouble());
            estimator.Observe((baseMs + (perItemMs * items)) * noise, items, 0, 0, i);
        }

        foreach (var items in new[] { 8, 32, 64 })
        {
            estimator.Current.ServiceMs(items).ShouldBe(
                baseMs + (perItemMs * items), 0.15 * (baseMs + (perItemMs * items)), $"seed {_seed}, {items} items");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.25)]
    [InlineData(4)]
    public void It_tells_the_wait_behind_others_from_the_service(double contention)
    {
        output.WriteLine($"seed {_seed}");
        var random = new Random(_seed);
        var estimator = new ServiceTimeEstimator(ServiceTimePrior.Of(1_000_000));

        for (var i = 0; i < 1000; i++)
        {
            var (items, ahead) = (random.Next(1, 9), random.Next(0, 6));
            var itemsAhead = 4 * ahead;
            estimator.Observe(
                10 + (2 * items) + (contention * ((10 * ahead) + (2 * itemsAhead))), items, ahead, itemsAhead, i);
        }

        estimator.Current.ServiceMs(4).ShouldBe(18, 1.8, $"seed {_seed}");
        estimator.Current.WaitMs(3, 12).ShouldBe(contention * 54, contention * 10, $"seed {_seed}");
    }

    [Fact]
    public void What_an_idle_executor_showed_is_not_forgotten_while_it_is_busy()
    {
        output.WriteLine($"seed {_seed}");
        var random = new Random(_seed);
        var estimator = new ServiceTimeEstimator(ServiceTimePrior.Of(1_000_000));
        estimator.Observe(20, 10, 0, 0, 0);
        estimator.Observe(21, 10, 0, 0, 25);

        // From now on four are always there, each of which adds 100 ms: service and wait cannot be told apart any more.
        for (var i = 0; i < 2000; i++)
        {
            estimator.Observe(420 + random.Next(0, 5), 10, 4, 40, 500 + (i * 100));
        }

        estimator.Current.ServiceMs(10).ShouldBe(20, 5, $"seed {_seed}");
        estimator.Current.WaitMs(4, 40).ShouldBe(400, 10, $"seed {_seed}");
    }

    [Fact]
    public void It_never_becomes_negative()
    {
        output.WriteLine($"seed {_seed}");
        var random = new Random(_seed);
        var estimator = new ServiceTimeEstimator(ServiceTimePrior.Of(1_000_000));

        for (var i = 0; i < 5000; i++)
        {
            // Time that falls with the items: no line through it has both coefficients positive.
            var items = random.Next(1, 100);
            estimator.Observe(
                random.Next(5) == 0 ? -5 : 100.0 / items, items, random.Next(0, 5), random.Next(0, 500), i * 100);

            estimator.Current.BaseMs.ShouldBeGreaterThanOrEqualTo(0);
            estimator.Current.PerItemMs.ShouldBeGreaterThanOrEqualTo(0);
            estimator.Current.WaitPerRequestMs.ShouldBeGreaterThanOrEqualTo(0);
            estimator.Current.WaitMs(3, 30).ShouldBeInRange(0, 1e9);
        }
    }

    [Fact]
    public void One_pause_hardly_moves_it_and_a_lasting_change_does()
    {
        var estimator = new ServiceTimeEstimator(ServiceTimePrior.Of(1000));
        for (var i = 0; i < 100; i++)
        {
            estimator.Observe(2, 1, 0, 0, i);
        }

        estimator.Observe(500, 1, 0, 0, 100);
        estimator.Current.ServiceMs(1).ShouldBeLessThan(2.5);

        for (var i = 0; i < 60; i++)
        {
            estimator.Observe(50, 1, 0, 0, 101 + i);
        }

        estimator.Current.ServiceMs(1).ShouldBe(50, 5);
    }

    [Fact]
    public void What_is_old_counts_less()
    {
        var estimator = new ServiceTimeEstimator(ServiceTimePrior.Of(1000));
        for (var i = 0; i < 100; i++)
        {
            estimator.Observe(100, 1, 0, 0, i);
        }

        estimator.Observe(10, 1, 0, 0, 5 * 60_000);
        estimator.Current.ServiceMs(1).ShouldBe(10, 1);
    }
}
