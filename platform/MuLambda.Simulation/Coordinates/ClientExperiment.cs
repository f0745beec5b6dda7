using MuLambda.Selection.Coordinates;

namespace MuLambda.Simulation.Coordinates;

/// <summary>Clients of a network whose nodes have coordinates: a few nodes measure each, the rest is predicted, the nearest is chosen.</summary>
/// <param name="matrix">The network; clients are the hosts behind the nodes.</param>
/// <param name="predictor">The nodes' coordinates, of the first hosts of the network.</param>
/// <param name="jitter">What probes measure beyond the network's round trips.</param>
public sealed class ClientExperiment(ILatencyMatrix matrix, RoundTripPredictor predictor, JitterModel jitter)
{
    /// <summary>A round trip below which a pair counts as near, in milliseconds.</summary>
    public const double NearMs = 40;

    /// <summary>The probes that a report is the median of.</summary>
    private const int ProbesPerReport = 9;

    /// <summary>Predicts and chooses for clients.</summary>
    /// <param name="clients">How many, from the host behind the last node on.</param>
    /// <param name="coverage">Which nodes measure each.</param>
    /// <param name="seed">Decides which nodes are drawn, and the jitter.</param>
    /// <returns>How far off the predictions and choices are.</returns>
    public ClientResult Run(int clients, ClientCoverage coverage, int seed)
    {
        ArgumentNullException.ThrowIfNull(coverage);
        var nodes = predictor.Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodes + clients, matrix.Count, nameof(clients));
        var random = new Random(seed);
        var (pairs, near) = (new List<(double, double)>(), new List<(double, double)>());
        var (extra, blind) = (new List<double>(), new List<double>());
        var (row, truth) = (new double[nodes], new double[nodes]);
        for (var client = nodes; client < nodes + clients; client++)
        {
            var measured = Measure(client, coverage, random, row);
            for (var node = 0; node < nodes; node++)
            {
                truth[node] = matrix.RoundTripMs(node, client);
                if (!measured.ContainsKey(node) && random.Next(nodes) < 1000)
                {
                    pairs.Add((row[node], truth[node]));
                    if (truth[node] < NearMs)
                    {
                        near.Add((row[node], truth[node]));
                    }
                }
            }

            foreach (var (node, roundTripMs) in measured)
            {
                row[node] = roundTripMs;
            }

            var best = truth.Where(t => !double.IsNaN(t)).Min();
            var (chosen, drawn) = (truth[Nearest(row)], truth[random.Next(nodes)]);
            if (!double.IsNaN(chosen))
            {
                extra.Add(chosen - best);
            }

            if (!double.IsNaN(drawn))
            {
                blind.Add(drawn - best);
            }
        }

        extra.Sort();
        blind.Sort();
        return new ClientResult(
            clients, ErrorPercentiles.Of(pairs), ErrorPercentiles.Of(near),
            Percentile.Of(extra, 0.5), Percentile.Of(extra, 0.9), Percentile.Of(blind, 0.5));
    }

    /// <summary>Lets nodes measure a client, and predicts the round trips to all.</summary>
    private Dictionary<int, double> Measure(int client, ClientCoverage coverage, Random random, double[] row)
    {
        var measured = new Dictionary<int, double>();
        for (var tries = 0; measured.Count < Math.Min(coverage.Random, predictor.Count) && tries < 10 * predictor.Count; tries++)
        {
            Probe(random.Next(predictor.Count), client, random, measured);
        }

        Locate(measured, row);

        // As in the real system, the nearest are looked for again once the first of them are known.
        for (var found = 0; found < coverage.Near; found += 2)
        {
            for (var i = 0; i < 2; i++)
            {
                var nearest = Nearest(row, measured);
                if (nearest < 0 || !Probe(nearest, client, random, measured))
                {
                    break;
                }
            }

            Locate(measured, row);
        }

        return measured;
    }

    private bool Probe(int node, int client, Random random, Dictionary<int, double> measured)
    {
        var samples = new List<double>(ProbesPerReport);
        for (var i = 0; i < ProbesPerReport; i++)
        {
            var sample = jitter.Measure(matrix.RoundTripMs(node, client), random);
            if (!double.IsNaN(sample))
            {
                samples.Add(sample);
            }
        }

        samples.Sort();
        var median = Percentile.Of(samples, 0.5);
        if (!double.IsNaN(median))
        {
            measured[node] = median;
        }

        return !double.IsNaN(median);
    }

    private void Locate(Dictionary<int, double> measured, double[] row)
    {
        Span<RoundTripSample> samples = stackalloc RoundTripSample[64];
        var count = 0;
        foreach (var (node, roundTripMs) in measured.Take(samples.Length))
        {
            samples[count++] = new RoundTripSample(node, roundTripMs);
        }

        if (predictor.TryLocate(samples[..count], out var located))
        {
            predictor.Predict(located.Coordinate, row);
        }
        else
        {
            Array.Fill(row, double.NaN);
        }
    }

    private static int Nearest(double[] row, Dictionary<int, double>? except = null)
    {
        var nearest = -1;
        for (var node = 0; node < row.Length; node++)
        {
            if (!double.IsNaN(row[node]) && (nearest < 0 || row[node] < row[nearest]) && except?.ContainsKey(node) is not true)
            {
                nearest = node;
            }
        }

        return nearest;
    }
}
