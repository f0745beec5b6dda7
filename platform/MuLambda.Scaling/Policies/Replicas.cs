using static System.FormattableString;

namespace MuLambda.Scaling;

/// <summary>What all policies ask of a snapshot in the same way.</summary>
internal static class Replicas
{
    // Selectors report twice a second; after so long without a word nothing is known.
    private const double StaleMs = 5_000;
    private const double StaleSamples = 4;

    /// <summary>The replicas last decided on; before the first decision those that are there.</summary>
    public static int Current(this ScalingSnapshot snapshot) =>
        snapshot.Bounded(snapshot.History.Decisions > 0 ? snapshot.History.Decision(0).Replicas : snapshot.Ready + snapshot.Starting);

    /// <summary>The number, within the deployment's bounds.</summary>
    public static int Bounded(this ScalingSnapshot snapshot, double replicas) =>
        (int)Math.Clamp(replicas, snapshot.Min, Math.Max(snapshot.Min, snapshot.Max));

    /// <summary>Whether selectors have reported lately.</summary>
    public static bool IsKnown(this ScalingSnapshot snapshot) =>
        snapshot.History.Count > 0
        && snapshot.NowMs - snapshot.History[0].EndMs <= Math.Max(StaleMs, StaleSamples * snapshot.History[0].LengthMs);

    /// <summary>Changes nothing, as nothing is known: what is missing may be there and only not reported.</summary>
    public static ScalingTarget Unknown(this ScalingSnapshot snapshot, int replicas)
    {
        var ageMs = snapshot.History.Count > 0 ? snapshot.NowMs - snapshot.History[0].EndMs : double.NaN;
        return new ScalingTarget(
            replicas,
            double.IsNaN(ageMs)
                ? Invariant($"No selector has reported on this deployment yet; {Text.Count(replicas, "replica")} until one does.")
                : Invariant($"No selector has reported for {Text.Time(ageMs)}; nothing is changed on missing data."),
            double.IsNaN(ageMs) ? [] : new DecisionInputs { ["reportAgeMs"] = ageMs });
    }
}
