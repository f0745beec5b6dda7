using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>The candidates of one combination of task, input and output, whatever their executors' state.</summary>
internal sealed class CandidateGroup(Traits traits, Candidate[] candidates, CandidateColumns columns, TurnCounter turns)
{
    public Traits Traits { get; } = traits;

    /// <summary>In order of the models' bytes, then of model, version and executor; the row of each is its place.</summary>
    public Candidate[] Candidates { get; } = candidates;

    public CandidateColumns Columns { get; } = columns;

    public TurnCounter Turns { get; } = turns;
}
