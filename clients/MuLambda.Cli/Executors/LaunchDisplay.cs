using MuLambda.Cli.Deployments;
using Spectre.Console;

namespace MuLambda.Cli.Executors;

/// <summary>A line for each executor that is launched, as it stands, for whoever watches.</summary>
internal sealed class LaunchDisplay(LiveDisplayContext display, int width) : ILaunchProgress
{
    public void Report(LaunchView view)
    {
        // A narrow terminal cuts a line rather than breaks it: where lines move, nobody can read.
        display.UpdateTarget(new Rows(LinesOf(view).Select(line => new Text(Cut(line, width)))));
        display.Refresh();
    }

    /// <summary>As much of a line as there is room for; what is left out is an ellipsis.</summary>
    public static string Cut(string line, int width) => line.Length <= width ? line : $"{line[..(width - 1)]}…";

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
