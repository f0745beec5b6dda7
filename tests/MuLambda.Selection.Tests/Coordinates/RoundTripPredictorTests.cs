using MuLambda.Selection.Coordinates;

namespace MuLambda.Selection.Tests.Coordinates;

public class RoundTripPredictorTests
{
    [Fact]
    public void The_round_trip_is_the_distance_and_both_heights()
    {
        var one = Coordinate.Of([0, 0], 2);
        var other = Coordinate.Of([30, 40], 5);

        Coordinate.RoundTripMs(one, other).ShouldBe(57);
        Coordinate.RoundTripMs(other, one).ShouldBe(57);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 8)]
    [InlineData(4, 17)]
    [InlineData(8, 1001)]
    public void A_row_is_what_every_pair_predicts(int dimensions, int nodes)
    {
        var random = new Random(nodes);
        var coordinates = Enumerable.Range(0, nodes)
            .Select(i => i % 5 == 3 ? (Coordinate?)null : Somewhere(random, dimensions)).ToArray();
        var predictor = RoundTripPredictor.Create(coordinates);
        var client = Somewhere(random, dimensions);

        var row = new double[nodes];
        predictor.Predict(client, row);

        for (var node = 0; node < nodes; node++)
        {
            predictor.Knows(node).ShouldBe(coordinates[node] is not null);
            predictor.CoordinateOf(node).ShouldBe(coordinates[node]);
            if (coordinates[node] is { } known)
            {
                predictor.Predict(client, node).ShouldBe(row[node], 1e-9);
                row[node].ShouldBe(Coordinate.RoundTripMs(client, known), 1e-9);
            }
            else
            {
                double.IsNaN(row[node]).ShouldBeTrue();
                double.IsNaN(predictor.Predict(client, node)).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void A_coordinate_that_is_not_valid_is_none()
    {
        var predictor = RoundTripPredictor.Create(
        [
            Coordinate.Of([1, double.NaN], 1), Coordinate.Of([1, 1], double.NaN), Coordinate.Of([1, 1], -1),
            Coordinate.Of([1e9], 1), Coordinate.Of([double.NegativeInfinity], 1), Coordinate.Of([1, 1], 1),
        ]);

        Enumerable.Range(0, 6).Where(predictor.Knows).ShouldBe([5]);
    }

    [Fact]
    public void Another_number_of_nodes_than_places_in_the_row_is_refused() =>
        Should.Throw<ArgumentException>(() => RoundTripPredictor.Empty.Predict(default, new double[1]))
            .Message.ShouldContain("There are 0 nodes, not 1.");

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_client_measured_by_a_few_nodes_is_found_and_the_others_are_predicted(int dimensions)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var found = 0;
        for (var round = 0; round < 200; round++)
        {
            var nodes = Enumerable.Range(0, 100).Select(_ => (Coordinate?)Somewhere(random, dimensions)).ToArray();
            var predictor = RoundTripPredictor.Create(nodes);
            var truth = Somewhere(random, dimensions);
            var expected = new double[100];
            predictor.Predict(truth, expected);

            // Twice as many as there are unknowns.
            var samples = Enumerable.Range(0, 2 * (dimensions + 1)).Select(i => new RoundTripSample(i, expected[i])).ToArray();
            predictor.TryLocate(samples, out var client).ShouldBeTrue();
            var row = new double[100];
            predictor.Predict(client.Coordinate, row);

            var error = row.Zip(expected, (p, e) => Math.Abs(p - e) / e).Order().ElementAt(50);
            found += error < 0.01 && client.Error < 0.01 ? 1 : 0;
            client.Samples.ShouldBe(samples.Length);
        }

        // So few measurements can fit another place as well now and then.
        found.ShouldBeGreaterThanOrEqualTo(190, $"seed {seed}");
    }

    [Fact]
    public void One_measurement_puts_the_client_beside_the_node_that_made_it()
    {
        var predictor = RoundTripPredictor.Create([Coordinate.Of([0, 0], 1), Coordinate.Of([100, 0], 1), null]);

        predictor.TryLocate([new RoundTripSample(0, 9)], out var client).ShouldBeTrue();

        predictor.Predict(client.Coordinate, 0).ShouldBe(9, 0.1);
        predictor.Predict(client.Coordinate, 1).ShouldBe(109, 1);
    }

    [Fact]
    public void Measurements_that_are_none_do_not_count()
    {
        var predictor = RoundTripPredictor.Create([Coordinate.Of([0, 0], 1), null]);

        predictor.TryLocate(
            [
                new(0, double.NaN), new(0, -1), new(0, 0), new(0, double.PositiveInfinity), new(0, 1e12),
                new(1, 5), new(2, 5), new(-1, 5),
            ],
            out _).ShouldBeFalse();
        predictor.TryLocate([], out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(20, 195)]
    [InlineData(0.05, 160)]
    public void One_liar_among_ten_does_not_move_the_client_far(double factor, int least)
    {
        var seed = Environment.TickCount;

        // Where the liar is the nearest of all, or claims to be, the others may leave two places to choose from: one client in a thousand
        // where it claims to be far, one in thirteen where it claims to be near.
        RoundsFound(seed, factor).ShouldBeGreaterThanOrEqualTo(least, $"seed {seed}");
    }

    [Fact]
    public void The_best_place_is_found_also_where_the_first_starts_end_in_worse_ones() =>
        RoundsFound(seed: 26023828, factor: 20).ShouldBe(200);

    private static int RoundsFound(int seed, double factor)
    {
        var random = new Random(seed);
        var found = 0;
        for (var round = 0; round < 200; round++)
        {
            var predictor = RoundTripPredictor.Create(
                Enumerable.Range(0, 60).Select(_ => (Coordinate?)Somewhere(random, 3)).ToArray());
            var expected = new double[60];
            predictor.Predict(Somewhere(random, 3), expected);
            var samples = Enumerable.Range(0, 10).Select(i => new RoundTripSample(i, expected[i])).ToArray();
            samples[0] = samples[0] with { RoundTripMs = factor * expected[0] };

            predictor.TryLocate(samples, out var client).ShouldBeTrue();

            var row = new double[60];
            predictor.Predict(client.Coordinate, row);
            found += row.Zip(expected, (p, e) => Math.Abs(p - e) / e).Order().ElementAt(30) < 0.1 ? 1 : 0;
        }

        return found;
    }

    private static Coordinate Somewhere(Random random, int dimensions)
    {
        var position = new double[dimensions];
        for (var d = 0; d < dimensions; d++)
        {
            position[d] = 150 * ((2 * random.NextDouble()) - 1);
        }

        return Coordinate.Of(position, 1 + (10 * random.NextDouble()));
    }
}
