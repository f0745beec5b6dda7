namespace MuLambda.Simulation.Paper;

/// <summary>One run of the evaluation: a cell under one policy, with one seed.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">A policy's name, or <see cref="PaperGrid.Oracle"/>.</param>
/// <param name="Seed">The seed. The requests' luck depends on it alone, so that all policies meet the same requests.</param>
/// <param name="Requests">The requests of each stream.</param>
public sealed record PaperRun(PaperCell Cell, string Policy, long Seed, int Requests)
{
    /// <summary>How many requests it simulates.</summary>
    public long TotalRequests => (long)Cell.Streams * Requests;

    /// <summary>How round trips are measured; null as in the prototype, in whole milliseconds.</summary>
    public ProbeSpec? Probes { get; init; }

    /// <summary>The feature of a request, which decides how confident a model is of it.</summary>
    /// <param name="stream">The stream's index.</param>
    /// <param name="sequence">The request's number in its stream.</param>
    /// <param name="features">How many features there are.</param>
    /// <returns>From 0 to <paramref name="features"/> - 1.</returns>
    public int FeatureOf(int stream, int sequence, int features) =>
        (int)(RequestChance.Of(Seed, client: 0, stream, sequence).Uniform(RequestAspects.Feature) * features);

    /// <summary>Simulates it.</summary>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What came of it; the same at every call.</returns>
    public PaperRunResult Simulate(CancellationToken cancellationToken)
    {
        var recorder = new PaperRecorder(Cell, Requests);
        Simulate(recorder, cancellationToken);
        return recorder.ToResult(Policy, Seed);
    }

    /// <summary>Simulates it.</summary>
    /// <param name="sink">Takes the requests.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public void Simulate(IRequestSink sink, CancellationToken cancellationToken)
    {
        var cluster = PaperCluster.Of(Cell, Requests);
        Cluster.Run(
            cluster with { Probes = Probes ?? cluster.Probes }, PaperGrid.ChooserOf(Policy), Seed, sink, cancellationToken);
    }
}
