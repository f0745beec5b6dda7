using MuLambda.Selection.Coordinates;

namespace MuLambda.Simulation.Coordinates;

/// <summary>Coordinates on networks: by peers, dimensions and rounds, and with parts of the algorithm left out.</summary>
/// <param name="seed">Decides everything.</param>
/// <param name="rounds">How often each node probes its peers.</param>
public sealed class AccuracyExperiment(int seed, int rounds)
{
    /// <summary>The peers that a node probes unless something else is said.</summary>
    public const int DefaultPeers = 32;

    /// <summary>Where most of the time a network is judged.</summary>
    private static readonly int[] LookAt = [1, 2, 3, 5, 10];

    private static readonly ClientCoverage[] Coverages =
        [new(4, 0), new(8, 0), new(16, 0), new(32, 0), new(8, 4), new(8, 8), new(16, 8)];

    private const int Pairs = 40_000;
    private const int MaxClients = 100;

    /// <summary>The parts of the algorithm, each left out of one variant.</summary>
    public static IReadOnlyList<(string Name, CoordinateOptions Options, JitterModel Jitter)> Variants { get; } =
    [
        ("default", CoordinateOptions.Default, new JitterModel()),
        ("no jitter", CoordinateOptions.Default, JitterModel.None),
        ("no filter", CoordinateOptions.Default with { FilterSamples = 1 }, new JitterModel()),
        ("no neighbour decay", CoordinateOptions.Default with { Neighbours = 1, Step = 0.25 }, new JitterModel()),
        ("no gravity", CoordinateOptions.Default with { GravityMs = double.PositiveInfinity }, new JitterModel()),
        ("plain Vivaldi", CoordinateOptions.Default with
            { Neighbours = 1, Step = 0.25, FilterSamples = 1, GravityMs = double.PositiveInfinity, ResolutionMs = 0 }, new JitterModel()),
    ];

    /// <summary>Runs one setting.</summary>
    /// <param name="matrix">The network; all its hosts are nodes.</param>
    /// <param name="variant">What the rows call it.</param>
    /// <param name="options">How coordinates are learned.</param>
    /// <param name="jitter">What probes measure beyond the network's round trips.</param>
    /// <param name="peers">The peers that each node probes.</param>
    /// <returns>A row for a few of the rounds, the last one the last.</returns>
    public IEnumerable<AccuracyRow> Run(
        NamedMatrix matrix, string variant, CoordinateOptions options, JitterModel jitter, int peers)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(options);
        var network = new CoordinateNetwork(matrix.Matrix, matrix.Matrix.Count, peers, seed, options, jitter);
        for (var round = 1; round <= rounds; round++)
        {
            network.Round();
            if (round == rounds || LookAt.Contains(round))
            {
                yield return new AccuracyRow(
                    matrix.Name, network.Count, variant, options.Dimensions, peers, round, network.Errors(Pairs, seed));
            }
        }
    }

    /// <summary>Clients that are measured by some nodes, a fifth of the hosts at most.</summary>
    /// <param name="matrix">The network.</param>
    /// <param name="peers">The peers that each node probes.</param>
    /// <returns>A row a coverage.</returns>
    public IEnumerable<ClientRow> Clients(NamedMatrix matrix, int peers)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var clients = Math.Min(MaxClients, matrix.Matrix.Count / 5);
        var nodes = matrix.Matrix.Count - clients;
        var network = new CoordinateNetwork(matrix.Matrix, nodes, peers, seed);
        Learn(network, rounds);
        var experiment = new ClientExperiment(matrix.Matrix, network.ToPredictor(), new JitterModel());
        foreach (var coverage in Coverages)
        {
            yield return new ClientRow(matrix.Name, nodes, coverage, experiment.Run(clients, coverage, seed));
        }
    }

    /// <summary>A share of the nodes is replaced at once by ones that know nothing.</summary>
    /// <param name="matrix">The network.</param>
    /// <param name="share">Above 0 to 1.</param>
    /// <returns>A row a round, the first before any.</returns>
    public IEnumerable<DynamicsRow> Churn(NamedMatrix matrix, double share)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var network = new CoordinateNetwork(matrix.Matrix, matrix.Matrix.Count, DefaultPeers, seed);
        Learn(network, rounds);
        for (var node = 0; node < share * network.Count; node++)
        {
            network.Replace(node);
        }

        return After(network, matrix.Name, "churn", share);
    }

    /// <summary>The routes to a share of the nodes change at once: they are in other cities now, and do not know.</summary>
    /// <param name="hosts">The hosts of the synthetic network.</param>
    /// <param name="share">Above 0 to 1.</param>
    /// <returns>A row a round, the first before any.</returns>
    public IEnumerable<DynamicsRow> Routes(int hosts, double share)
    {
        var matrix = new SyntheticNetwork(hosts, seed);
        var network = new CoordinateNetwork(matrix, matrix.Count, DefaultPeers, seed);
        Learn(network, rounds);
        for (var host = 0; host < share * hosts; host++)
        {
            matrix.Move(host, seed);
        }

        return After(network, "synthetic", "routes", share);
    }

    private IEnumerable<DynamicsRow> After(CoordinateNetwork network, string matrix, string happening, double share)
    {
        for (var round = 0; round <= rounds; round++)
        {
            if (round == 0 || round == rounds || LookAt.Contains(round))
            {
                yield return new DynamicsRow(matrix, happening, share, round, network.Errors(Pairs, seed));
            }

            network.Round();
        }
    }

    private static void Learn(CoordinateNetwork network, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            network.Round();
        }
    }
}
