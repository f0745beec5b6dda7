using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Deployments;

namespace MuLambda.Cli.Executors;

/// <summary>A line for each step of a launch, where output goes to a file.</summary>
internal sealed class LaunchLines(TextWriter writer) : ILaunchProgress
{
    private readonly HashSet<(string Executor, int Attempt, int Step)> _told = [];
    private bool _toldOfNoScaler;

    public void Report(LaunchView view)
    {
        if (!view.HasScaler && !_toldOfNoScaler)
        {
            _toldOfNoScaler = true;
            writer.WriteLine("no scaler leads yet; waiting for one");
        }

        foreach (var executor in view.Executors)
        {
            var launch = executor.Launch!;
            foreach (var (index, step) in launch.Steps.Index())
            {
                if (_told.Add((executor.Id, launch.Attempt, index)))
                {
                    writer.WriteLine(string.Create(
                        CultureInfo.InvariantCulture, $"{executor.Id}: {LaunchSteps.NameOf(step.Phase)} after {step.AtMs:0} ms"));
                }
            }

            if (executor.State == ExecutorState.Failed && _told.Add((executor.Id, launch.Attempt, -1)))
            {
                writer.WriteLine($"{executor.Id}: failed: {executor.Reason}");
            }
        }
    }
}
