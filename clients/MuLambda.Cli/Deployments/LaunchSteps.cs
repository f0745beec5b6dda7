using System.Globalization;
using MuLambda.Catalog;

namespace MuLambda.Cli.Deployments;

/// <summary>Reads how far a launched executor is and how long its steps took.</summary>
internal static class LaunchSteps
{
    /// <summary>The executors that were launched for a deployment and are not being retired, first those that were launched first.</summary>
    public static IReadOnlyList<Executor> Of(string model, IEnumerable<Executor> executors) =>
        [.. executors
            .Where(executor => executor.Launch?.Deployments.Contains(model, StringComparer.Ordinal) is true
                && executor.State != ExecutorState.Draining)
            .OrderBy(executor => executor.Launch!.RequestedAt)
            .ThenBy(executor => executor.Id, StringComparer.Ordinal)];

    /// <summary>What the executor is at: a step of its launch, or that it serves, drains or failed.</summary>
    public static string NameOf(Executor executor) => executor.State is ExecutorState.Pending or ExecutorState.Loading
        && executor.Launch is { Steps: [.., { Phase: not LaunchPhase.Ready and var phase }] }
            ? NameOf(phase)
            : executor.State.ToString().ToLowerInvariant();

    public static string NameOf(LaunchPhase phase) => phase.ToString().ToLowerInvariant();

    /// <summary>What the executor is at and how long the steps before took, in one line.</summary>
    public static string Describe(Executor executor)
    {
        var launch = executor.Launch!;
        var taken = Enum.GetValues<LaunchPhase>()
            .Select(phase => (phase, Ms: DurationMs(launch, phase)))
            .Where(step => step.Ms is not null)
            .Select(step => string.Create(CultureInfo.InvariantCulture, $"{NameOf(step.phase)} {step.Ms:0} ms"));
        var parts = new List<string>
        {
            executor.State == ExecutorState.Ready && ReadyMs(launch) is { } ready
                ? string.Create(CultureInfo.InvariantCulture, $"ready after {ready:0} ms")
                : NameOf(executor),
        };
        if (launch.Attempt > 1)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {launch.Attempt}"));
        }

        if (!string.IsNullOrEmpty(executor.Reason))
        {
            parts.Add(executor.Reason);
        }

        return string.Join(", ", parts) + (launch.Steps.Count > 1 ? $" ({string.Join(", ", taken)})" : "");
    }

    /// <summary>How long a step took, in milliseconds; null where it was not taken or is not over.</summary>
    public static double? DurationMs(ExecutorLaunch launch, LaunchPhase phase)
    {
        double? sum = null;
        for (var i = 0; i + 1 < launch.Steps.Count; i++)
        {
            if (launch.Steps[i].Phase == phase)
            {
                sum = (sum ?? 0) + launch.Steps[i + 1].AtMs - launch.Steps[i].AtMs;
            }
        }

        return sum;
    }

    /// <summary>How long the launch took until the executor served, in milliseconds; null where it does not yet.</summary>
    public static double? ReadyMs(ExecutorLaunch launch) =>
        launch.Steps.LastOrDefault(step => step.Phase == LaunchPhase.Ready)?.AtMs;
}
