using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>What a client asks for, resolved against one <see cref="SelectionSnapshot"/>.</summary>
public sealed class Demand
{
    private float[]? _rowRoundTripsMs;

    internal Demand(string? client, Criteria criteria, CandidateGroup? group, double[] roundTripsMs)
    {
        Client = client;
        Criteria = criteria;
        Desired = criteria.Desired.Normalise();
        Group = group;
        RoundTripsMs = roundTripsMs;
    }

    /// <summary>The client; null where criteria were given without one.</summary>
    public string? Client { get; }

    /// <summary>Its criteria.</summary>
    public Criteria Criteria { get; }

    /// <summary>The weights, normalised to sum 1.</summary>
    public Preference Desired { get; }

    internal CandidateGroup? Group { get; }

    /// <summary>The round trip to the client by node; NaN where it was not measured.</summary>
    internal double[] RoundTripsMs { get; }

    /// <summary>The round trip to the client by row of the group; made when the client first asks.</summary>
    internal float[] RowRoundTripsMs => Volatile.Read(ref _rowRoundTripsMs) ?? MakeRows();

    private float[] MakeRows()
    {
        var candidates = Group?.Candidates ?? [];
        var rows = new float[CandidateColumns.Padded(candidates.Length)];
        for (var i = 0; i < candidates.Length; i++)
        {
            rows[i] = (float)RoundTripsMs[candidates[i].Node];
        }

        Volatile.Write(ref _rowRoundTripsMs, rows);
        return rows;
    }
}
