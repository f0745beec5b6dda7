namespace MuLambda.Selection;

/// <summary>A candidate's place in its group's <see cref="CandidateColumns"/>.</summary>
internal sealed record CandidateRow(CandidateColumns Columns, int Index);
