using MuLambda.Selection.Coordinates;

namespace MuLambda.Selection.Tests.Coordinates;

public class CoordinateTrackerTests
{
    [Theory]
    [InlineData(4, 0.25, new[] { 10.0, 11, 500, 10, 12 }, 10)]
    [InlineData(4, 0.5, new[] { 10.0, 11, 500, 12 }, 11)]
    [InlineData(4, 0, new[] { 5.0, 10, 11, 12, 13 }, 10)]
    [InlineData(4, 1, new[] { 500.0, 10, 11, 12, 13 }, 13)]
    [InlineData(1, 0.5, new[] { 10.0, 20 }, 20)]
    [InlineData(3, 0.5, new[] { 7.0, 7, 7 }, 7)]
    public void The_filter_is_a_percentile_of_the_last_samples(int samples, double percentile, double[] values, double expected)
    {
        var filter = new MovingPercentile(samples, percentile);
        double.IsNaN(filter.Value).ShouldBeTrue();

        foreach (var value in values)
        {
            filter.Add(value);
        }

        filter.Value.ShouldBe(expected);
    }

    [Fact]
    public void One_slow_answer_does_not_move_the_node()
    {
        var (calm, disturbed) = (Settled(), Settled());
        for (var i = 0; i < 4; i++)
        {
            Observe(calm, i, 0);
            Observe(disturbed, i, i == 2 ? 3000 : 0);
        }

        Distance(calm.Coordinate, disturbed.Coordinate).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void A_changed_route_is_believed_after_a_few_answers()
    {
        var tracker = Settled();
        for (var i = 0; i < 4 * 4; i++)
        {
            Observe(tracker, i % 4, 30);
        }

        tracker.RoundTripMs(0).ShouldBe(80);
    }

    [Fact]
    public void A_neighbour_that_is_heard_of_often_pulls_no_harder_than_the_others()
    {
        // One neighbour says 50 ms too much; it is heard of ten times as often in one case.
        var (seldom, often) = (Settled(), Settled());
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                Observe(seldom, i, i == 0 ? 50 : 0);
                for (var again = 0; again < (i == 0 ? 10 : 1); again++)
                {
                    Observe(often, i, i == 0 ? 50 : 0);
                }
            }
        }

        Distance(seldom.Coordinate, often.Coordinate).ShouldBeLessThan(10);
    }

    [Fact]
    public void No_more_neighbours_are_remembered_than_allowed_and_the_oldest_goes_first()
    {
        var tracker = new CoordinateTracker<int>(CoordinateOptions.Default with { Neighbours = 3 }, 1);
        for (var i = 0; i < 4; i++)
        {
            Observe(tracker, i, 0);
        }

        tracker.Count.ShouldBe(3);
        double.IsNaN(tracker.RoundTripMs(0)).ShouldBeTrue();
        tracker.RoundTripMs(3).ShouldBe(50);
        tracker.Forget(2).ShouldBeTrue();
        tracker.Forget(2).ShouldBeFalse();
        tracker.Count.ShouldBe(2);
        tracker.RoundTripMs(3).ShouldBe(50);
        tracker.RoundTripMs(1).ShouldBe(50);
    }

    [Fact]
    public void What_cannot_be_is_refused_before_the_neighbour_is_remembered()
    {
        var tracker = new CoordinateTracker<int>(CoordinateOptions.Default, 1);

        tracker.Observe(1, double.NaN, default, 0.5).ShouldBeFalse();
        tracker.Observe(1, 5, Coordinate.Of([double.NaN], 0), 0.5).ShouldBeFalse();
        tracker.Observe(1, 5, default, -1).ShouldBeFalse();

        tracker.Count.ShouldBe(0);
        tracker.Error.ShouldBe(1);
    }

    [Fact]
    public void What_others_are_told_stays_while_the_coordinate_trembles_and_follows_when_it_moves()
    {
        var random = new Random(1);
        var stable = new StableCoordinate();
        stable.Follow(Coordinate.Of([100, 100], 5), 80).ShouldBeTrue();
        var told = stable.Current;
        for (var i = 0; i < 1000; i++)
        {
            stable.Follow(Coordinate.Of([100 + (4 * random.NextDouble()) - 2, 100 + (4 * random.NextDouble()) - 2], 5), 80).ShouldBeFalse();
        }

        stable.Current.ShouldBe(told);
        var changes = 0;
        for (var i = 0; i < 100; i++)
        {
            changes += stable.Follow(Coordinate.Of([150, 100], 5), 80) ? 1 : 0;
        }

        changes.ShouldBeInRange(1, 20);
        Distance(stable.Current!.Value, Coordinate.Of([150, 100], 5)).ShouldBeLessThan(StableCoordinate.Share * 80);
    }

    [Fact]
    public void A_clients_round_trips_are_measured_predicted_or_unknown()
    {
        var predictor = RoundTripPredictor.Create([Coordinate.Of([0, 0], 1), Coordinate.Of([100, 0], 1), Coordinate.Of([0, 100], 1), null]);
        var client = new ClientRoundTrips(predictor, [new(0, 12), new(1, 92), new(3, 7)]);
        var (roundTripsMs, sources) = (new double[4], new RoundTripSource[4]);

        client.Fill(roundTripsMs, sources);

        sources.ShouldBe([RoundTripSource.Measured, RoundTripSource.Measured, RoundTripSource.Predicted, RoundTripSource.Measured]);
        (roundTripsMs[0], roundTripsMs[1], roundTripsMs[3]).ShouldBe((12, 92, 7));
        roundTripsMs[2].ShouldBeInRange(90, 130);
        client.Location!.Value.Samples.ShouldBe(2);

        var nobody = new ClientRoundTrips(predictor, [new(3, 7)]);
        nobody.Fill(roundTripsMs, sources);
        nobody.Location.ShouldBeNull();
        sources.ShouldBe([RoundTripSource.Unknown, RoundTripSource.Unknown, RoundTripSource.Unknown, RoundTripSource.Measured]);
        double.IsNaN(roundTripsMs[0]).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => nobody.Fill(roundTripsMs, new RoundTripSource[3]));
    }

    private static CoordinateTracker<int> Settled()
    {
        var tracker = new CoordinateTracker<int>(CoordinateOptions.Default, 1);
        for (var i = 0; i < 400; i++)
        {
            Observe(tracker, i % 4, 0);
        }

        return tracker;
    }

    // Four neighbours at the corners of a square, all 50 ms away.
    private static void Observe(CoordinateTracker<int> tracker, int neighbour, double moreMs) => tracker.Observe(
        neighbour,
        50 + moreMs,
        Coordinate.Of([neighbour % 2 == 0 ? 0 : 60, neighbour < 2 ? 0 : 60], 1),
        0.1).ShouldBeTrue();

    private static double Distance(in Coordinate one, in Coordinate other) =>
        Coordinate.RoundTripMs(one with { HeightMs = 0 }, other with { HeightMs = 0 }) + Math.Abs(one.HeightMs - other.HeightMs);
}
