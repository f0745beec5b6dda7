using System.Diagnostics;
using MuLambda.Selection.Coordinates;

namespace MuLambda.Simulation.Coordinates;

/// <summary>Many executors, each on a node of its own, and many clients: what coordinates cost there and what they bring.</summary>
public static class ScaleExperiment
{
    /// <summary>The clients whose choice is held against the truth, which takes a look at every node.</summary>
    private const int Judged = 500;

    private const int Rounds = 12;

    /// <summary>Runs it.</summary>
    /// <param name="nodes">The nodes, one executor on each.</param>
    /// <param name="clients">The clients.</param>
    /// <param name="peers">The peers that a node probes.</param>
    /// <param name="coverage">Which nodes measure each client.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="progress">Told what is done, as a share of all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it took.</returns>
    public static ScaleResult Run(
        int nodes, int clients, int peers, ClientCoverage coverage, int seed,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(coverage);
        var matrix = new SyntheticNetwork(nodes + clients, seed);
        var jitter = new JitterModel();
        var network = new CoordinateNetwork(matrix, nodes, peers, seed, jitter: jitter);
        var learning = new ProcessorTime();
        for (var round = 0; round < Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            network.Round();
            progress?.Report(0.8 * (round + 1) / Rounds);
        }

        var learnUs = learning.Microseconds / network.Probes;

        var coordinates = network.Coordinates();

        // What this thread allocates is at least what is held, whatever other threads do meanwhile.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var predictor = RoundTripPredictor.Create(coordinates);
        var places = new Coordinate[clients];
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        var samples = Measure(matrix, jitter, nodes, clients, coverage.Random + coverage.Near, seed);

        var locating = new ProcessorTime();
        for (var client = 0; client < clients; client++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            predictor.TryLocate(samples[client], out var located);
            places[client] = located.Coordinate;
        }

        var locateUs = locating.Microseconds / clients;
        progress?.Report(0.85);
        var row = new double[nodes];
        var predicting = new ProcessorTime();
        for (var client = 0; client < clients; client++)
        {
            predictor.Predict(places[client], row);
        }

        var predictUs = predicting.Microseconds / clients;
        progress?.Report(0.9);
        var selecting = new ProcessorTime();
        var chosen = new int[clients];
        for (var client = 0; client < clients; client++)
        {
            predictor.Predict(places[client], row);
            foreach (var sample in samples[client])
            {
                row[sample.Node] = sample.RoundTripMs;
            }

            chosen[client] = Nearest(row);
        }

        var selectUs = selecting.Microseconds / clients;
        progress?.Report(0.95);
        var judged = new ClientExperiment(matrix, predictor, jitter).Run(Math.Min(Judged, clients), coverage, seed);
        progress?.Report(1);
        return new ScaleResult(
            nodes, clients, (int)(network.Probes / nodes), coverage.Random + coverage.Near,
            (double)(coverage.Random + coverage.Near) / nodes,
            network.Errors(200_000, seed), judged.Errors, learnUs, locateUs, predictUs, selectUs,
            bytes, (long)nodes * clients * sizeof(double), judged.MedianExtraMs, judged.P90ExtraMs, judged.RandomExtraMs);
    }

    private static int Nearest(ReadOnlySpan<double> row)
    {
        var nearest = 0;
        for (var node = 1; node < row.Length; node++)
        {
            nearest = row[node] < row[nearest] ? node : nearest;
        }

        return nearest;
    }

    private static RoundTripSample[][] Measure(
        SyntheticNetwork matrix, JitterModel jitter, int nodes, int clients, int measurements, int seed)
    {
        var random = new Random(seed);
        var all = new RoundTripSample[clients][];
        for (var client = 0; client < clients; client++)
        {
            all[client] = new RoundTripSample[measurements];
            for (var i = 0; i < measurements; i++)
            {
                var node = random.Next(nodes);
                all[client][i] = new RoundTripSample(node, jitter.Measure(matrix.RoundTripMs(node, nodes + client), random));
            }
        }

        return all;
    }

    private readonly struct ProcessorTime()
    {
        private readonly TimeSpan _start = Process.GetCurrentProcess().TotalProcessorTime;

        public double Microseconds => (Process.GetCurrentProcess().TotalProcessorTime - _start).TotalMicroseconds;
    }
}
