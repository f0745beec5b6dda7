using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// One model version in one executor: what a request can be assigned to. Immutable: when the executor reports something else, another
/// one takes its row.
/// </summary>
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

    /// <summary>The executor, as the catalog had it when the candidate was looked up.</summary>
    public Executor Executor { get; }

    /// <summary>The model, as the catalog had it then.</summary>
    public Model Model { get; }

    /// <summary>What the selector knows of the executor.</summary>
    public ExecutorTrack ExecutorTrack { get; }

    /// <summary>What the selector learned of the model in this executor.</summary>
    public CandidateTrack Track { get; }

    /// <summary>The index of the executor's node.</summary>
    internal int Node { get; }

    internal double ReportedServiceMs { get; }

    /// <summary>Whether it is of a model version.</summary>
    internal bool IsOf(Model model) =>
        Model.Version == model.Version && string.Equals(Model.Name, model.Name, StringComparison.Ordinal);

    /// <summary>The candidate after its executor reported something else.</summary>
    internal Candidate With(Executor executor) => new(executor, Model, Node, ExecutorTrack, Track);
}
