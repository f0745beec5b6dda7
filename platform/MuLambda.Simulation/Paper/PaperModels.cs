namespace MuLambda.Simulation.Paper;

/// <summary>The nine synthetic models of the published evaluation; a model's place is its id there.</summary>
public static class PaperModels
{
    /// <summary>The models.</summary>
    public static IReadOnlyList<PaperModel> Published { get; } =
    [
        Of("FastBad", 10, 0.001, 0.1, 5, [0.5, 0.3, 0.1], 0.1),
        Of("FastOK", 15, 0.002, 0.35, 5, [0.8, 0.5, 0.3], 0.2),
        Of("FastGood", 20, 0.004, 0.7, 5, [0.9, 0.7, 0.5], 0.3),
        Of("MidBad", 50, 0.01, 0.1, 30, [0.55, 0.35, 0.15], 0.4),
        Of("MidOK", 75, 0.02, 0.3, 30, [0.85, 0.55, 0.35], 0.5),
        Of("MidGood", 100, 0.04, 0.7, 30, [0.95, 0.75, 0.55], 0.6),
        Of("SlowBad", 150, 0.06, 0.1, 60, [0.6, 0.4, 0.2], 0.7),
        Of("SlowMid", 175, 0.07, 0.35, 60, [0.9, 0.6, 0.4], 0.8),
        Of("SlowGood", 200, 0.08, 0.7, 60, [1, 0.8, 0.6], 0.9),
    ];

    private static PaperModel Of(
        string name, double delayMs, double alpha, double beta, double jitterMs, double[] confidences, double gamma) =>
        new(name, new SyntheticServiceTime(delayMs, alpha, beta, jitterMs), new ConfidenceSpec(confidences, gamma));
}
