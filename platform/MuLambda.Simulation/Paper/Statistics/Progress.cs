namespace MuLambda.Simulation.Paper;

/// <summary>Means over equal parts of a run: part i has the requests of all streams whose number in their stream lies in it.</summary>
/// <param name="RoundTripMs">The mean round trip of each part, in milliseconds.</param>
/// <param name="Confidence">The mean confidence of each part.</param>
/// <param name="Utility">The mean realised utility of each part.</param>
public sealed record Progress(
    IReadOnlyList<double> RoundTripMs, IReadOnlyList<double> Confidence, IReadOnlyList<double> Utility)
{
    /// <summary>Into how many parts a run is cut where it has so many requests.</summary>
    public const int Parts = 50;
}
