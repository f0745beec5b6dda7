using MuLambda.Catalog;

namespace MuLambda.Selection;

/// <summary>What a client asks for, resolved against one <see cref="SelectionSnapshot"/>.</summary>
public sealed class Demand
{
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
}
