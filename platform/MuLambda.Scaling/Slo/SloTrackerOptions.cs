namespace MuLambda.Scaling;

/// <summary>How objectives are tracked.</summary>
/// <param name="Alerts">The alerts; null for <see cref="BurnRateAlert.Defaults"/>. One whose long window is longer than the objective's is left out.</param>
/// <param name="WindowScale">What all windows are multiplied by, so that a demonstration or a test sees days within minutes.</param>
public sealed record SloTrackerOptions(IReadOnlyList<BurnRateAlert>? Alerts = null, double WindowScale = 1)
{
    /// <summary>The smallest scale.</summary>
    public const double MinWindowScale = 0.001;
}
