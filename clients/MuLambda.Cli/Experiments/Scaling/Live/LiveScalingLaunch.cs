using MuLambda.Catalog;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>A replica that was launched.</summary>
/// <param name="Executor">Its id.</param>
/// <param name="AtSeconds">When its launch was decided, in seconds since the run's begin.</param>
/// <param name="ReadyMs">How long it took until it served, in milliseconds; null where it never did.</param>
/// <param name="Steps">The steps with the times at which they began.</param>
internal sealed record LiveScalingLaunch(string Executor, double AtSeconds, double? ReadyMs, string Steps)
{
    /// <summary>The launch as the registry has it.</summary>
    /// <param name="executor">An executor that was launched.</param>
    /// <param name="begin">The run's begin.</param>
    public static LiveScalingLaunch Of(Executor executor, DateTimeOffset begin)
    {
        var launch = executor.Launch!;
        return new LiveScalingLaunch(
            executor.Id,
            (launch.RequestedAt - begin).TotalSeconds,
            launch.Steps.Where(step => step.Phase == LaunchPhase.Ready).Select(step => (double?)step.AtMs).FirstOrDefault(),
            string.Join(", ", launch.Steps.Select(step => Words.Of($"{step.Phase.ToString().ToLowerInvariant()} {step.AtMs:0}"))));
    }
}
