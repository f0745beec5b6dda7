using MuLambda.Catalog;

namespace MuLambda.Prober.Executors;

/// <summary>What is held true of an executor; a pure function of what was seen of it.</summary>
/// <param name="State">Its state.</param>
/// <param name="Models">The model versions it last served; kept while it is away.</param>
/// <param name="Failures">The looks in a row that it left unanswered.</param>
/// <param name="Reason">Why it is not ready; null where it is.</param>
internal sealed record ExecutorCondition(ExecutorState State, IReadOnlyList<ModelReference> Models, int Failures, string? Reason)
{
    /// <summary>Before the first look.</summary>
    public static ExecutorCondition Initial { get; } = new(ExecutorState.Pending, [], 0, "It has not answered yet.");

    /// <summary>The condition after another look.</summary>
    /// <param name="seen">What it showed.</param>
    /// <param name="failuresBeforeFailed">How many unanswered looks in a row make a failure.</param>
    /// <returns>The new condition.</returns>
    public ExecutorCondition After(Observation seen, int failuresBeforeFailed) => seen switch
    {
        Observation.Answered { Available.Count: > 0 } answered =>
            new(ExecutorState.Ready, answered.Available, 0, answered.Missing),
        Observation.Answered { Missing: null } => new(ExecutorState.Loading, [], 0, "It serves no model of the catalog."),
        Observation.Answered answered =>
            new(ExecutorState.Loading, Models, 0, answered.Missing),
        Observation.Unanswered unanswered => this with
        {
            State = StateWithoutAnswer(unanswered, failuresBeforeFailed),
            Failures = Failures + 1,
            Reason = unanswered.Reason,
        },
        _ => this,
    };

    // One that never answered is still starting. One that did and is gone from its address will not finish anything;
    // one that is only silent may be busy.
    private ExecutorState StateWithoutAnswer(Observation.Unanswered unanswered, int failuresBeforeFailed) =>
        State is not ExecutorState.Pending && (unanswered.Refused || Failures + 1 >= failuresBeforeFailed)
            ? ExecutorState.Failed
            : State;
}
