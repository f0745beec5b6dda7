using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Cli.Deployments;

/// <summary>Deployments, launches and decisions as tables.</summary>
internal static class DeploymentTables
{
    /// <summary>One line a deployment.</summary>
    public static Table Overview(IEnumerable<DeploymentReplicas> deployments)
    {
        var table = Output.Table("MODEL", "VERSION", "POLICY", "MIN", "MAX", "READY", "STARTING", "KEEP WARM", "NODE", "OPTIONS");
        foreach (var (deployment, ready, starting) in deployments)
        {
            table.AddTexts(
                deployment.Model,
                Version(deployment),
                deployment.Policy,
                Count(deployment.Min),
                Count(deployment.Max),
                Count(ready),
                Count(starting),
                WindowName.Of(deployment.KeepWarmSeconds),
                deployment.Node,
                Figures(deployment.Options));
        }

        return table;
    }

    /// <summary>All there is to tell of one.</summary>
    public static void WriteDetails(IAnsiConsole console, DeploymentStatus status)
    {
        var deployment = status.Deployment;
        console.Write(Output.Facts(
            ("model", deployment.Model),
            ("version", Version(deployment)),
            ("replicas", string.Create(CultureInfo.InvariantCulture, $"{deployment.Min} to {deployment.Max}")),
            ("policy", deployment.Policy),
            ("options", Figures(deployment.Options)),
            ("keep warm", WindowName.Of(deployment.KeepWarmSeconds)),
            ("node", deployment.Node),
            ("last decision", status.Decision is { } decision ? $"{Change(decision)} at {Time(decision.At)}: {decision.Reason}" : null)));
        if (status.Executors.Count > 0)
        {
            console.WriteLine();
            console.Write(Launches(status.Executors));
        }
    }

    /// <summary>One line an executor, with the time of each step of its launch.</summary>
    public static Table Launches(IEnumerable<Executor> executors)
    {
        var table = Output.Table(
            "EXECUTOR", "NODE", "STEP", "PENDING MS", "DOWNLOADING MS", "LOADING MS", "WARMING MS", "READY AFTER MS", "ATTEMPT", "REASON");
        foreach (var executor in executors)
        {
            var launch = executor.Launch!;
            table.AddTexts(
                executor.Id,
                executor.Node,
                LaunchSteps.NameOf(executor),
                Milliseconds(LaunchSteps.DurationMs(launch, LaunchPhase.Pending)),
                Milliseconds(LaunchSteps.DurationMs(launch, LaunchPhase.Downloading)),
                Milliseconds(LaunchSteps.DurationMs(launch, LaunchPhase.Loading)),
                Milliseconds(LaunchSteps.DurationMs(launch, LaunchPhase.Warming)),
                Milliseconds(LaunchSteps.ReadyMs(launch)),
                Count(launch.Attempt),
                executor.Reason);
        }

        return table;
    }

    /// <summary>A paragraph a decision. Reasons and inputs are too long for a table: it would leave out what is shorter.</summary>
    public static void WriteDecisions(IAnsiConsole console, IEnumerable<ScalingDecision> decisions)
    {
        foreach (var (index, decision) in decisions.Index())
        {
            if (index > 0)
            {
                console.WriteLine();
            }

            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"#{decision.Sequence} {Time(decision.At)}: {Change(decision)}, {decision.Policy}"));
            console.WriteLine($"  {decision.Reason}");
            if (Figures(decision.Inputs) is { } inputs)
            {
                console.WriteLine($"  {inputs}");
            }
        }
    }

    private static string Change(ScalingDecision decision) => string.Create(
        CultureInfo.InvariantCulture, $"{decision.Desired} {(decision.Desired == 1 ? "replica" : "replicas")} ({decision.Ready} ready, {decision.Starting} starting)");

    private static string Version(Deployment deployment) =>
        deployment.Version?.ToString(CultureInfo.InvariantCulture) ?? "newest";

    private static string? Figures(IReadOnlyDictionary<string, double>? figures) => figures is not { Count: > 0 }
        ? null
        : string.Join(", ", figures
            .OrderBy(figure => figure.Key, StringComparer.Ordinal)
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value:0.####}")));

    private static string Time(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(double? ms) => ms?.ToString("0", CultureInfo.InvariantCulture) ?? "-";
}
