namespace MuLambda.Catalog;

/// <summary>The requests of a sliding window that ends now.</summary>
/// <param name="Seconds">How long the window is.</param>
/// <param name="Good">Those that were answered within the objective's time.</param>
/// <param name="Total">All that count.</param>
public sealed record SloWindow(double Seconds, long Good, long Total);
