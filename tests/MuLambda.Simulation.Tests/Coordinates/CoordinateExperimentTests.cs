using MuLambda.Selection.Coordinates;
using MuLambda.Simulation.Coordinates;

namespace MuLambda.Simulation.Tests.Coordinates;

public class CoordinateExperimentTests
{
    private const int Peers = 32;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Thirty_two_peers_predict_the_rest_within_fifteen_percent_in_the_median(int seed)
    {
        var network = new CoordinateNetwork(new SyntheticNetwork(150, seed), 150, Peers, seed);
        var before = network.Errors(10_000, seed).Median;

        Rounds(network, 8);

        before.ShouldBeGreaterThan(0.9);
        network.Errors(10_000, seed).Median.ShouldBeLessThan(0.12);
        network.Probes.ShouldBe(150 * Peers * 8);
    }

    [Fact]
    public void A_run_is_the_same_again()
    {
        var (one, again) = (Settled(60, 3), Settled(60, 3));

        for (var node = 0; node < 60; node++)
        {
            one[node].Coordinate.ShouldBe(again[node].Coordinate);
        }
    }

    [Fact]
    public void Nodes_that_come_new_find_their_place_within_three_rounds_and_do_not_disturb_the_others()
    {
        var network = Settled(120, 8);
        var before = network.Errors(10_000, 1).Median;
        for (var node = 0; node < 24; node++)
        {
            network.Replace(node);
        }

        var disturbed = network.Errors(10_000, 1).Median;
        Rounds(network, 3);

        disturbed.ShouldBeGreaterThan(1.2 * before);
        network.Errors(10_000, 1).Median.ShouldBeLessThan(1.2 * before);
    }

    [Fact]
    public void Nodes_that_moved_are_followed()
    {
        var matrix = new SyntheticNetwork(120, 1);
        var network = new CoordinateNetwork(matrix, 120, Peers, 1);
        Rounds(network, 8);
        var before = network.Errors(10_000, 1).Median;
        for (var host = 0; host < 24; host++)
        {
            matrix.Move(host, 1);
        }

        var moved = network.Errors(10_000, 1).P90;
        Rounds(network, 10);

        moved.ShouldBeGreaterThan(0.4);
        network.Errors(10_000, 1).Median.ShouldBeLessThan(1.3 * before);
    }

    [Fact]
    public void A_liar_beside_every_node_does_not_tear_the_network_apart()
    {
        var attacked = Settled(120, 8);

        // They claim to be certain of lying a minute away, over and over.
        var far = Coordinate.Of([Coordinate.MaxMs, 0], Coordinate.MaxMs);
        for (var node = 12; node < 120; node++)
        {
            for (var times = 0; times < 3; times++)
            {
                attacked[node].Observe(1000 + (node % 12), 50, far, 0);
            }
        }

        Rounds(attacked, 2);
        attacked.Errors(10_000, 1).Median.ShouldBeLessThan(0.35);
    }

    [Fact]
    public void Gravity_keeps_the_whole_around_the_origin()
    {
        var matrix = new SyntheticNetwork(40, 1);
        var held = new CoordinateNetwork(matrix, 40, 8, 1);
        var free = new CoordinateNetwork(matrix, 40, 8, 1, CoordinateOptions.Default with { GravityMs = double.PositiveInfinity });
        Rounds(held, 300);
        Rounds(free, 300);

        MiddleMs(held).ShouldBeLessThan(100);
        MiddleMs(free).ShouldBeGreaterThan(1.5 * MiddleMs(held));
    }

    [Fact]
    public void Clients_that_eight_nodes_and_the_eight_nearest_measure_get_almost_the_nearest_node()
    {
        var matrix = new SyntheticNetwork(190, 1);
        var network = new CoordinateNetwork(matrix, 150, Peers, 1);
        Rounds(network, 8);
        var experiment = new ClientExperiment(matrix, network.ToPredictor(), new JitterModel());

        var predicted = experiment.Run(40, new ClientCoverage(8, 0), 1);
        var confirmed = experiment.Run(40, new ClientCoverage(8, 8), 1);

        predicted.Errors.Median.ShouldBeLessThan(0.15);
        confirmed.Errors.Median.ShouldBeLessThan(0.15);
        confirmed.MedianExtraMs.ShouldBeLessThan(0.1 * confirmed.RandomExtraMs);
        confirmed.MedianExtraMs.ShouldBeLessThanOrEqualTo(predicted.MedianExtraMs);
    }

    [Fact]
    public void A_large_network_takes_memory_and_measurements_of_its_nodes_and_clients_not_of_their_pairs()
    {
        var done = new List<double>();
        var result = ScaleExperiment.Run(200, 200, Peers, new ClientCoverage(8, 8), 1, new Recorder(done));

        result.MatrixBytes.ShouldBe(320_000);
        result.PredictorBytes.ShouldBeLessThan(result.MatrixBytes / 5);
        result.PairShare.ShouldBe(0.08);
        result.NodeErrors.Median.ShouldBeLessThan(0.15);
        result.ClientErrors.Median.ShouldBeLessThan(0.15);
        (result.LearnMicroseconds, result.LocateMicroseconds, result.SelectMicroseconds).ShouldSatisfyAllConditions(
            us => us.LearnMicroseconds.ShouldBeGreaterThan(0),
            us => us.LocateMicroseconds.ShouldBeGreaterThan(0),
            us => us.SelectMicroseconds.ShouldBeGreaterThanOrEqualTo(0));
        done.ShouldBeInOrder();
        done[^1].ShouldBe(1);
    }

    private static CoordinateNetwork Settled(int nodes, int rounds)
    {
        var network = new CoordinateNetwork(new SyntheticNetwork(nodes, 1), nodes, Peers, 1);
        Rounds(network, rounds);
        return network;
    }

    private static void Rounds(CoordinateNetwork network, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            network.Round();
        }
    }

    /// <summary>How far the middle of all nodes is from the origin.</summary>
    private static double MiddleMs(CoordinateNetwork network)
    {
        var position = System.Runtime.Intrinsics.Vector512<double>.Zero;
        for (var node = 0; node < network.Count; node++)
        {
            position += network[node].Coordinate.Position;
        }

        return Coordinate.RoundTripMs(default, new Coordinate(position / network.Count, 0));
    }

    private sealed class Recorder(List<double> done) : IProgress<double>
    {
        public void Report(double value) => done.Add(value);
    }
}
