using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary>A bar with the remaining time, for whoever watches.</summary>
internal sealed class BarProgress(ProgressTask task) : IRunProgress
{
    public void Begin(int runs, int missing, long requests)
    {
        task.Description = Markup.Escape(missing == runs ? $"{runs} runs" : $"{missing} of {runs} runs, the others are there");
        task.MaxValue = Math.Max(1, requests);
        task.IsIndeterminate = false;
        if (missing == 0)
        {
            task.Value = task.MaxValue;
        }
    }

    public void Finished(long requests) => task.Increment(requests);
}
