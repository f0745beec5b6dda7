namespace MuLambda.Simulation.Coordinates;

/// <summary>What a large network took. Times are of the processor, which a busy machine does not stretch.</summary>
/// <param name="Nodes">The nodes, one executor on each.</param>
/// <param name="Clients">The clients.</param>
/// <param name="ProbesPerNode">The probes that each node sent to peers until the coordinates stood.</param>
/// <param name="MeasurementsPerClient">The nodes that measure each client.</param>
/// <param name="PairShare">The share of all pairs of node and client that is measured.</param>
/// <param name="NodeErrors">The errors between nodes.</param>
/// <param name="ClientErrors">The errors between nodes and clients.</param>
/// <param name="LearnMicroseconds">What a node takes to learn from one probe, in microseconds.</param>
/// <param name="LocateMicroseconds">What it takes to locate a client.</param>
/// <param name="PredictMicroseconds">What it takes to predict the round trips of a client to every node.</param>
/// <param name="SelectMicroseconds">What it takes to predict them and choose the nearest.</param>
/// <param name="PredictorBytes">The memory that all coordinates of nodes and clients take for predictions, in bytes, with what making them takes for a moment.</param>
/// <param name="MatrixBytes">The memory that a matrix of all pairs would take.</param>
/// <param name="MedianExtraMs">How much farther than the truly nearest node the chosen one is, in the median.</param>
/// <param name="P90ExtraMs">The 90th percentile of it.</param>
/// <param name="RandomExtraMs">The median of it when a node is chosen at random.</param>
public sealed record ScaleResult(
    int Nodes,
    int Clients,
    int ProbesPerNode,
    int MeasurementsPerClient,
    double PairShare,
    ErrorPercentiles NodeErrors,
    ErrorPercentiles ClientErrors,
    double LearnMicroseconds,
    double LocateMicroseconds,
    double PredictMicroseconds,
    double SelectMicroseconds,
    long PredictorBytes,
    long MatrixBytes,
    double MedianExtraMs,
    double P90ExtraMs,
    double RandomExtraMs);
