using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>One model version in one executor: what a request can be assigned to.</summary>
public sealed class Candidate
{
    internal Candidate(
        Executor executor, Model model, int node, ExecutorTrack executorTrack, CandidateTrack track,
        ServiceTimeEstimator modelService)
    {
        Executor = executor;
        Model = model;
        Node = node;
        ExecutorTrack = executorTrack;
        Track = track;
        ModelService = modelService;
        Prior = ServiceTimePrior.Of(model.Bytes);

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

    /// <summary>The model's service time over all executors: the prior of an executor that has not answered yet.</summary>
    internal ServiceTimeEstimator ModelService { get; }

    internal ServiceTimeModel Prior { get; }

    internal double ReportedServiceMs { get; }
}
