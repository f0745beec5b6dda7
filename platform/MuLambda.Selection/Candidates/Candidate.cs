using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>One model version in one executor: what a request can be assigned to.</summary>
public sealed class Candidate
{
    internal Candidate(Executor executor, Model model, int node, ExecutorTrack executorTrack, CandidateTrack track)
    {
        Executor = executor;
        Model = model;
        Node = node;
        ExecutorTrack = executorTrack;
        Track = track;

        // With several models the report says nothing of one of them.
        ReportedServiceMs = executor is { Models.Count: 1, Load.ServiceMs: { } reported } ? reported : double.NaN;
    }

    /// <summary>The executor, as the snapshot has it.</summary>
    public Executor Executor { get; }

    /// <summary>The model, as the snapshot has it.</summary>
    public Model Model { get; }

    /// <summary>What the selector knows of the executor.</summary>
    public ExecutorTrack ExecutorTrack { get; }

    /// <summary>What the selector learned of the model in this executor.</summary>
    public CandidateTrack Track { get; }

    /// <summary>The executor's node as an index into <see cref="Demand.RoundTripsMs"/>.</summary>
    internal int Node { get; }

    internal double ReportedServiceMs { get; }
}
