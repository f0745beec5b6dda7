using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>The candidates of one combination of task, input and output, whatever their executors' state.</summary>
internal sealed class CandidateGroup(Traits traits, Candidate[] candidates, TurnCounter turns)
{
    public Traits Traits { get; } = traits;

    /// <summary>In order of the models' bytes, then of model, version and executor.</summary>
    public Candidate[] Candidates { get; } = candidates;

    public TurnCounter Turns { get; } = turns;
}
