using MuLambda.Cli.Deployments;
using Spectre.Console;

namespace MuLambda.Cli.Executors;

/// <summary>A table of the executors that are launched, as it stands, for whoever watches.</summary>
internal sealed class LaunchTable(LiveDisplayContext display) : ILaunchProgress
{
    public void Report(LaunchView view)
    {
        display.UpdateTarget(view.Executors.Count > 0
            ? DeploymentTables.Launches(view.Executors)
            : new Text(view.HasScaler ? "waiting for the scaler" : "no scaler leads yet; waiting for one"));
        display.Refresh();
    }
}
