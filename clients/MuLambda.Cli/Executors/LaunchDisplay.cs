using MuLambda.Cli.Deployments;
using Spectre.Console;

namespace MuLambda.Cli.Executors;

/// <summary>A line for each executor that is launched, as it stands, for whoever watches.</summary>
internal sealed class LaunchDisplay(LiveDisplayContext display) : ILaunchProgress
{
    public void Report(LaunchView view)
    {
        // A narrow terminal cuts a line rather than breaks it: where lines move, nobody can read.
        display.UpdateTarget(new Rows(LinesOf(view).Select(line => new Text(line).Overflow(Overflow.Ellipsis))));
        display.Refresh();
    }

    /// <summary>What is shown.</summary>
    public static IEnumerable<string> LinesOf(LaunchView view)
    {
        if (!view.HasScaler)
        {
            yield return "no scaler leads yet; waiting for one";
        }
        else if (view.Executors.Count == 0)
        {
            yield return "waiting for the scaler";
        }

        foreach (var executor in view.Executors)
        {
            yield return $"{executor.Id} on {executor.Node}: {LaunchSteps.Describe(executor)}";
        }
    }
}
