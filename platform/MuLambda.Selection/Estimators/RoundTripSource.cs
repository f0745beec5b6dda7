namespace MuLambda.Selection;

/// <summary>Where the round trip of an estimate comes from.</summary>
public enum RoundTripSource
{
    /// <summary>Nobody measured it; it counts as 0.</summary>
    Unknown,

    /// <summary>It was inferred from forwarded calls.</summary>
    Observed,

    /// <summary>The prober of the executor's node measured it to this client.</summary>
    Measured,

    /// <summary>Nobody measured this pair; the coordinates of the node and of the client predict it.</summary>
    Predicted,
}
