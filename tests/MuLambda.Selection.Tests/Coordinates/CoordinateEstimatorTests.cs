using MuLambda.Selection.Coordinates;

namespace MuLambda.Selection.Tests.Coordinates;

public class CoordinateEstimatorTests
{
    private static readonly Coordinate Remote = Coordinate.Of([30, 40], 5);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(10_001)]
    public void What_cannot_be_a_round_trip_changes_nothing(double roundTripMs)
    {
        var estimator = Started();
        var (before, error) = (estimator.Coordinate, estimator.Error);

        estimator.Observe(roundTripMs, Remote, 0.5).ShouldBeFalse();

        (estimator.Coordinate, estimator.Error).ShouldBe((before, error));
    }

    [Fact]
    public void A_neighbour_that_claims_to_lie_nowhere_changes_nothing()
    {
        var estimator = Started();
        var before = estimator.Coordinate;

        foreach (var remote in (Coordinate[])
            [Coordinate.Of([double.NaN], 1), Coordinate.Of([1e9], 1), Coordinate.Of([1], -1), Coordinate.Of([1], double.NaN)])
        {
            estimator.Observe(20, remote, 0.5).ShouldBeFalse();
            estimator.TryResume(remote, 0.5).ShouldBeFalse();
        }

        estimator.Observe(20, Remote, double.NaN).ShouldBeFalse();
        estimator.Observe(20, Remote, -1).ShouldBeFalse();
        estimator.Observe(20, Remote, 0.5, share: 0).ShouldBeFalse();
        estimator.Coordinate.ShouldBe(before);
    }

    [Fact]
    public void Whatever_a_neighbour_claims_one_update_moves_no_farther_than_allowed()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var options = CoordinateOptions.Default;
        var estimator = new CoordinateEstimator(options, seed);
        for (var i = 0; i < 20_000; i++)
        {
            var before = estimator.Coordinate;
            var remote = Coordinate.Of(
                [.. Enumerable.Range(0, options.Dimensions).Select(_ => Coordinate.MaxMs * ((2 * random.NextDouble()) - 1))],
                Coordinate.MaxMs * Math.Pow(random.NextDouble(), 4));
            estimator.Observe(Math.Pow(10, (5 * random.NextDouble()) - 1), remote, random.NextDouble());

            var moved = Coordinate.RoundTripMs(before, estimator.Coordinate) - before.HeightMs - estimator.Coordinate.HeightMs;
            var gravityMs = Math.Pow((Math.Sqrt(8) * Coordinate.MaxMs) / options.GravityMs, 2);
            moved.ShouldBeLessThanOrEqualTo(options.MaxStepMs + gravityMs, $"seed {seed}");
            Math.Abs(estimator.Coordinate.HeightMs - before.HeightMs).ShouldBeLessThanOrEqualTo(options.MaxStepMs, $"seed {seed}");
            estimator.Coordinate.IsValid.ShouldBeTrue($"seed {seed}");
            estimator.Error.ShouldBeInRange(0, 1, $"seed {seed}");
        }
    }

    [Fact]
    public void Two_nodes_on_one_spot_part_in_a_direction_of_the_seeds()
    {
        var one = new CoordinateEstimator(CoordinateOptions.Default, 1);
        var again = new CoordinateEstimator(CoordinateOptions.Default, 1);
        var other = new CoordinateEstimator(CoordinateOptions.Default, 2);
        foreach (var estimator in (CoordinateEstimator[])[one, again, other])
        {
            estimator.Observe(50, Coordinate.Of([0], 0.001), 1).ShouldBeTrue();
        }

        one.Coordinate.Position.ShouldNotBe(default);
        one.Coordinate.ShouldBe(again.Coordinate);
        one.Coordinate.ShouldNotBe(other.Coordinate);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Only_the_dimensions_asked_for_are_used(int dimensions)
    {
        var estimator = new CoordinateEstimator(CoordinateOptions.Default with { Dimensions = dimensions }, 7);
        estimator.TryResume(Coordinate.Of([1, 2, 3, 4, 5, 6, 7, 8], 1), 0.5).ShouldBeTrue();
        estimator.Observe(50, Coordinate.Of([0], 0.001), 1).ShouldBeTrue();

        for (var d = 0; d < Coordinate.MaxDimensions; d++)
        {
            (estimator.Coordinate.Position[d] != 0).ShouldBe(d < dimensions);
        }
    }

    [Fact]
    public void Nodes_find_a_plane_again_that_they_lie_in()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var truth = Enumerable.Range(0, 40)
            .Select(_ => Coordinate.Of([100 * random.NextDouble(), 100 * random.NextDouble()], 1 + (10 * random.NextDouble()))).ToArray();
        var nodes = truth.Select((_, i) => new CoordinateEstimator(CoordinateOptions.Default with { Step = 0.25 }, i)).ToArray();
        var before = MedianError(truth, nodes);
        for (var i = 0; i < 40_000; i++)
        {
            var (one, other) = (random.Next(40), random.Next(40));
            if (one != other)
            {
                nodes[one].Observe(Coordinate.RoundTripMs(truth[one], truth[other]), nodes[other].Coordinate, nodes[other].Error);
            }
        }

        before.ShouldBeGreaterThan(0.9);
        MedianError(truth, nodes).ShouldBeLessThan(0.02, $"seed {seed}");
        nodes.ShouldAllBe(node => node.Error < 0.2, $"seed {seed}");
    }

    [Fact]
    public void An_update_allocates_nothing()
    {
        var estimator = Started();
        var tracker = new CoordinateTracker<int>(CoordinateOptions.Default, 1);
        for (var i = 0; i < 40; i++)
        {
            tracker.Observe(i % 8, 20 + i, Remote, 0.5);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            estimator.Observe(20 + (i % 7), Remote, 0.5);
            tracker.Observe(i % 8, 20 + (i % 7), Remote, 0.5);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_by_name_and_limit()
    {
        var good = CoordinateOptions.Default;
        foreach (var bad in (CoordinateOptions[])
        [
            good with { Dimensions = 0 }, good with { Dimensions = 9 }, good with { Step = 0 }, good with { Step = 2 }, good with { ErrorStep = double.NaN },
            good with { FilterSamples = 0 }, good with { FilterPercentile = 1.5 }, good with { Neighbours = 0 }, good with { GravityMs = 0 },
            good with { ResolutionMs = -1 }, good with { MaxStepMs = 0 }, good with { MaxRoundTripMs = 1e9 },
        ])
        {
            Should.Throw<ArgumentOutOfRangeException>(() => new CoordinateEstimator(bad, 1)).Message.ShouldContain("it must be from");
        }
    }

    private static CoordinateEstimator Started()
    {
        var estimator = new CoordinateEstimator(CoordinateOptions.Default, 1);
        estimator.Observe(20, Remote, 0.5).ShouldBeTrue();
        return estimator;
    }

    private static double MedianError(Coordinate[] truth, CoordinateEstimator[] nodes)
    {
        var errors = new List<double>();
        for (var one = 0; one < truth.Length; one++)
        {
            for (var other = 0; other < one; other++)
            {
                var trueMs = Coordinate.RoundTripMs(truth[one], truth[other]);
                errors.Add(Math.Abs(Coordinate.RoundTripMs(nodes[one].Coordinate, nodes[other].Coordinate) - trueMs) / trueMs);
            }
        }

        errors.Sort();
        return errors[errors.Count / 2];
    }
}
