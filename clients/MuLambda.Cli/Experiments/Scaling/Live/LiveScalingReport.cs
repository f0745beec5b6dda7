using System.Text.Json;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>Writes what a run on live processes came to: a summary for people, and all figures.</summary>
internal static class LiveScalingReport
{
    public const string SummaryFile = "summary.md";
    public const string ResultFile = "result.json";

    private static readonly CliJson Json = new(new JsonSerializerOptions(CliJson.Readable.Options) { WriteIndented = false, TypeInfoResolver = null });

    /// <summary>The columns of the decisions.</summary>
    public static IReadOnlyList<string> DecisionColumns { get; } = ["s", "ready", "starting", "desired", "reason"];

    /// <summary>The columns of the launches.</summary>
    public static IReadOnlyList<string> LaunchColumns { get; } = ["s", "executor", "served after", "steps, each with the milliseconds after which it began"];

    /// <summary>Writes the files.</summary>
    /// <returns>Their paths.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(LiveScalingResult result, string directory, CancellationToken cancellationToken) =>
    [
        await PaperReport.WriteAsync(directory, ResultFile, [JsonSerializer.Serialize(LiveScalingOutcome.Of(result), Json.LiveScalingOutcome)], cancellationToken),
        await PaperReport.WriteAsync(directory, SummaryFile, Summary(result), cancellationToken),
    ];

    /// <summary>The figures by name.</summary>
    public static IReadOnlyList<(string Name, string Value)> Facts(LiveScalingResult result) =>
    [
        ("requests", Words.Of($"{result.Requests.Count}")),
        ("answered within the objective", Words.Of($"{result.Good} ({100 * result.Attainment:0.00} %); of those due while a replica served, {100 * result.WarmAttainment:0.00} %")),
        ("answered beyond it", Words.Of($"{result.Late}")),
        ("refused at once, as they would have been too late", Words.Of($"{result.Refused}")),
        ("lost", Words.Of($"{result.Lost}")),
        ("latency", Words.Of($"{result.LatencyMs(0.5):0} ms median, {result.LatencyMs(0.99):0} ms 99th percentile, {result.LatencyMs(1):0} ms longest")),
        ("cold starts", Words.Of($"{result.StartsFromZero} from zero, met by {result.WaitedCold} of the requests; {result.Launches.Count} launches in all")),
        ("replicas", Words.Of($"{result.MostReady} of {LiveScalingPlan.Max} at most, {result.ReplicaSeconds:0} replica-seconds")),
        ("changes", Words.Of($"{result.Actions}, of which {result.DirectionChanges} in the other direction than the one before")),
        ("at zero again", result.ZeroAtSeconds is { } zero ? Words.Of($"{zero - result.Plan.Seconds:0} s after the last request") : "not within the run"),
        ("requests sent when due", result.KeptSchedule ? "yes" : "no: the machine was too busy, and latencies hold the generator's delay"),
    ];

    /// <summary>What was run, in sentences.</summary>
    public static IEnumerable<string> Setting(LiveScalingResult result) =>
    [
        Words.Of($"Registry, selector, prober and scaler run as processes on {Environment.ProcessorCount} processors, and the scaler launches executors as it decides: from 0 to {LiveScalingPlan.Max} replicas, policy {result.Plan.Policy},"),
        Words.Of($"the last one kept for {LiveScalingPlan.KeepWarmSeconds:0} s without a request, one executor without a model started ahead (it is no replica). The model is synthetic: a batch waits {LiveScalingPlan.BatchMs:0} ms and {LiveScalingPlan.ExampleMs:0} ms a request (up to {LiveScalingPlan.JitterMs:0} ms more by chance),"),
        Words.Of($"one batch at a time in an executor, because {LiveScalingPlan.Max} replicas that compute would have to share the processors. The objective is {LiveScalingPlan.SloMs:0} ms for {100 * LiveScalingPlan.Target:0} % of requests. They come in an open loop through the selector (seed {result.Plan.Seed}):"),
        Words.Of($"none; {LiveScalingPlan.Few} a second from {At(5, result.Plan)} s; a ramp from {At(15, result.Plan)} s to {LiveScalingPlan.Plateau} a second at {At(50, result.Plan)} s; a spike of {LiveScalingPlan.Spike} a second from {At(65, result.Plan)} s to {At(75, result.Plan)} s; {LiveScalingPlan.Plateau} a second again until {At(90, result.Plan)} s; then none until no replica is left. {result.Begin:yyyy-MM-dd}."),
    ];

    /// <summary>The decisions.</summary>
    public static IEnumerable<IReadOnlyList<string>> Decisions(LiveScalingResult result) => result.Decisions.Select(decision => (IReadOnlyList<string>)
        [Words.Of($"{(decision.At - result.Begin).TotalSeconds:0.0}"), Words.Of($"{decision.Ready}"), Words.Of($"{decision.Starting}"), Words.Of($"{decision.Desired}"), decision.Reason]);

    /// <summary>The launches.</summary>
    public static IEnumerable<IReadOnlyList<string>> Launches(LiveScalingResult result) => result.Launches.Select(launch => (IReadOnlyList<string>)
        [Words.Of($"{launch.AtSeconds:0.0}"), launch.Executor, launch.ReadyMs is { } ready ? Words.Of($"{ready:0} ms") : "never", launch.Steps]);

    private static IEnumerable<string> Summary(LiveScalingResult result) =>
    [
        "# Scaling on live processes",
        "",
        $"`{result.Plan.Command}`",
        "",
        .. Setting(result),
        "Every quarter of a second is in `result.json`, the course in `index.html`.",
        "",
        .. Table(["", "found"], Facts(result).Select(fact => (IReadOnlyList<string>)[fact.Name, fact.Value])),
        "## Decisions",
        "",
        "What was there when the scaler decided, what it decided, and why. Seconds count from the begin.",
        "",
        .. Table(DecisionColumns, Decisions(result)),
        "## Launches",
        "",
        .. Table(LaunchColumns, Launches(result)).SkipLast(1),
    ];

    private static string At(double second, LiveScalingPlan plan) => Words.Of($"{second * plan.Seconds / LiveScalingPlan.DefaultSeconds:0.#}");

    private static IEnumerable<string> Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows) =>
        [MarkdownTable.Row(columns), MarkdownTable.Rule(columns.Count), .. rows.Select(MarkdownTable.Row), ""];
}
