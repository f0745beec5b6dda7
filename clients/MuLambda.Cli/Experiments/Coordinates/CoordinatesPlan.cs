using MuLambda.Selection.Coordinates;
using MuLambda.Simulation.Coordinates;

namespace MuLambda.Cli.Experiments.Coordinates;

/// <summary>What the experiment runs.</summary>
/// <param name="Matrices">The networks.</param>
/// <param name="Hosts">The hosts of the synthetic ones.</param>
/// <param name="Rounds">How often each node probes its peers.</param>
/// <param name="Scale">The executors and clients of the large network; 0 for none.</param>
/// <param name="Seed">Decides everything that is drawn.</param>
internal sealed record CoordinatesPlan(IReadOnlyList<NamedMatrix> Matrices, int Hosts, int Rounds, int Scale, int Seed)
{
    /// <summary>A network worse than any measured one at hand: more than a quarter of its triangles are violated.</summary>
    public static readonly SyntheticNetworkOptions Harsh = new() { RouteScatter = 0.12, DetourShare = 0.06, PairScatter = 0.04 };

    private static readonly int[] Peers = [8, 16, 32, 64];
    private static readonly int[] Dimensions = [2, 3, 5, 8];
    private const double Changed = 0.2;

    /// <summary>Runs it all.</summary>
    /// <param name="progress">Told what begins, and the share that is done.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What came of it.</returns>
    public CoordinatesResults Run(Action<string, double> progress, CancellationToken cancellationToken)
    {
        var experiment = new AccuracyExperiment(Seed, Rounds);
        var accuracy = new List<AccuracyRow>();
        var clients = new List<ClientRow>();
        var dynamics = new List<DynamicsRow>();
        var networks = new List<(string, MatrixFacts)>();
        var steps = new List<(string Name, Action Run)>();
        foreach (var matrix in Matrices)
        {
            steps.Add(($"{matrix.Name}: facts", () => networks.Add((matrix.Name, MatrixFacts.Of(matrix.Matrix, Seed)))));
            foreach (var (name, options, jitter) in AccuracyExperiment.Variants)
            {
                steps.Add((
                    $"{matrix.Name}: {name}",
                    () => accuracy.AddRange(experiment.Run(matrix, name, options, jitter, AccuracyExperiment.DefaultPeers))));
            }

            foreach (var peers in Peers.Where(peers => peers != AccuracyExperiment.DefaultPeers))
            {
                steps.Add((
                    $"{matrix.Name}: {peers} peers",
                    () => accuracy.AddRange(experiment.Run(matrix, "default", CoordinateOptions.Default, new JitterModel(), peers))));
            }

            foreach (var dimensions in Dimensions)
            {
                var options = CoordinateOptions.Default with { Dimensions = dimensions };
                steps.Add((
                    $"{matrix.Name}: {dimensions} dimensions",
                    () => accuracy.AddRange(experiment.Run(matrix, "default", options, new JitterModel(), AccuracyExperiment.DefaultPeers))));
            }

            steps.Add(($"{matrix.Name}: clients", () => clients.AddRange(experiment.Clients(matrix, AccuracyExperiment.DefaultPeers))));
            steps.Add(($"{matrix.Name}: churn", () => dynamics.AddRange(experiment.Churn(matrix, Changed))));
        }

        steps.Add(("synthetic: routes", () => dynamics.AddRange(experiment.Routes(Hosts, Changed))));
        ScaleResult? scale = null;
        if (Scale > 0)
        {
            steps.Add(($"{Scale} executors and clients", () => scale = ScaleExperiment.Run(
                Scale, Scale, AccuracyExperiment.DefaultPeers, new ClientCoverage(8, 8), Seed,
                new Immediate(share => progress($"{Scale} executors and clients: {share:P0}", 0.7 + (0.3 * share))), cancellationToken)));
        }

        for (var i = 0; i < steps.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress(steps[i].Name, (Scale > 0 ? 0.7 : 1) * i / steps.Count);
            steps[i].Run();
        }

        progress("done", 1);
        return new CoordinatesResults(networks, accuracy, clients, dynamics, scale);
    }

    // Progress<T> would tell it later, on another thread.
    private sealed class Immediate(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
