using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>
/// The candidates of one combination of task, input and output, whatever their executors' state. The rows stay as they are; what a row
/// shows of its executor follows the catalog, as its <see cref="Columns"/> follow what is learned.
/// </summary>
internal sealed class CandidateGroup
{
    private float[]? _unmeasured;

    public CandidateGroup(Traits traits, Candidate[] candidates, CandidateColumns columns, TurnCounter turns)
    {
        Traits = traits;
        Candidates = candidates;
        Columns = columns;
        Turns = turns;
        Nodes = Array.ConvertAll(candidates, candidate => candidate.Node);
        NodeCount = candidates.Length == 0 ? 0 : Nodes.Max() + 1;
    }

    public Traits Traits { get; }

    /// <summary>In order of the models' bytes, then of model, version and executor; the row of each is its place.</summary>
    public Candidate[] Candidates { get; }

    public CandidateColumns Columns { get; }

    public TurnCounter Turns { get; }

    /// <summary>The index of each row's node.</summary>
    public int[] Nodes { get; }

    /// <summary>One more than the largest index in <see cref="Nodes"/>.</summary>
    public int NodeCount { get; }

    /// <summary>The round trips by row of everybody whom no node measured: NaN.</summary>
    public float[] Unmeasured => Volatile.Read(ref _unmeasured) ?? MakeUnmeasured();

    /// <summary>Whether other candidates would lie in the same rows.</summary>
    public bool HasRowsOf(Candidate[] candidates)
    {
        if (candidates.Length != Candidates.Length)
        {
            return false;
        }

        for (var row = 0; row < candidates.Length; row++)
        {
            var (mine, other) = (Candidates[row], candidates[row]);
            if (mine.Track != other.Track || mine.ExecutorTrack != other.ExecutorTrack || mine.Node != other.Node)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Shows what the catalog says now of a row's executor and model.</summary>
    public void Show(int row, Candidate candidate) => Volatile.Write(ref Candidates[row], candidate);

    private float[] MakeUnmeasured()
    {
        var rows = new float[CandidateColumns.Padded(Candidates.Length)];
        rows.AsSpan(0, Candidates.Length).Fill(float.NaN);
        Volatile.Write(ref _unmeasured, rows);
        return rows;
    }
}
