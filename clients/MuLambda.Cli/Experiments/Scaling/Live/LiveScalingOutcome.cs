using MuLambda.Catalog;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>What <c>result.json</c> and <c>--json</c> say of a run on live processes.</summary>
/// <param name="Command">The command that ran it.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Begin">When it began.</param>
/// <param name="Processors">The processors that it ran on.</param>
/// <param name="SloMs">The objective, in milliseconds.</param>
/// <param name="Offered">The requests.</param>
/// <param name="Good">Those answered within it.</param>
/// <param name="Late">Those answered beyond it.</param>
/// <param name="Refused">Those refused.</param>
/// <param name="Lost">Those that failed otherwise.</param>
/// <param name="Failures">What they failed as, and how many.</param>
/// <param name="Attainment">The share answered within the objective.</param>
/// <param name="P50Ms">The median latency of answers.</param>
/// <param name="P99Ms">Their 99th percentile.</param>
/// <param name="WaitedCold">Requests that were due while no replica served.</param>
/// <param name="StartsFromZero">Times that the model got its first replica.</param>
/// <param name="ReplicaSeconds">Replicas times how long they were there.</param>
/// <param name="Actions">Changes of the number of replicas.</param>
/// <param name="DirectionChanges">Those that went the other way than the one before.</param>
/// <param name="ZeroAtSeconds">When the last replica had gone.</param>
/// <param name="KeptSchedule">Whether requests were sent when they were due.</param>
/// <param name="Launches">The replicas launched.</param>
/// <param name="Decisions">The decisions.</param>
/// <param name="Course">The run in quarters of a second.</param>
internal sealed record LiveScalingOutcome(
    string Command,
    string Policy,
    DateTimeOffset Begin,
    int Processors,
    double SloMs,
    int Offered,
    int Good,
    int Late,
    int Refused,
    int Lost,
    IReadOnlyDictionary<string, int> Failures,
    double Attainment,
    double? P50Ms,
    double? P99Ms,
    int WaitedCold,
    int StartsFromZero,
    double ReplicaSeconds,
    int Actions,
    int DirectionChanges,
    double? ZeroAtSeconds,
    bool KeptSchedule,
    IReadOnlyList<LiveScalingLaunch> Launches,
    IReadOnlyList<ScalingDecision> Decisions,
    IReadOnlyList<LiveScalingBin> Course)
{
    /// <summary>The length of the course's bins, in seconds.</summary>
    public const double BinSeconds = 0.25;

    public static LiveScalingOutcome Of(LiveScalingResult result) => new(
        result.Plan.Command, result.Plan.Policy, result.Begin, Environment.ProcessorCount, LiveScalingPlan.SloMs,
        result.Requests.Count, result.Good, result.Late, result.Refused, result.Lost,
        result.Requests.Where(request => request.Failure is not null).CountBy(request => request.Failure!).ToDictionary(StringComparer.Ordinal),
        result.Attainment, OrNull(result.LatencyMs(0.5)), OrNull(result.LatencyMs(0.99)),
        result.WaitedCold, result.StartsFromZero, result.ReplicaSeconds, result.Actions, result.DirectionChanges, result.ZeroAtSeconds, result.KeptSchedule,
        result.Launches, result.Decisions, result.Bins(BinSeconds));

    private static double? OrNull(double number) => double.IsFinite(number) ? number : null;
}
