namespace MuLambda.Scaling;

/// <summary>How idle times are read.</summary>
/// <param name="Head">The share of idle times that may end before a replica is there again.</param>
/// <param name="Tail">The share of idle times that a replica waits for.</param>
/// <param name="Margin">How much earlier and later than these it is there, as a share.</param>
internal readonly record struct IdleShares(double Head, double Tail, double Margin);
