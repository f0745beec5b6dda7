using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary>A bar with the remaining time for each part, for whoever watches.</summary>
internal sealed class BarProgress(ProgressContext bars) : IRunProgress
{
    private ProgressTask? _bar;

    public void Begin(string what, long amount)
    {
        _bar?.StopTask();
        _bar = bars.AddTask(Markup.Escape(what), maxValue: Math.Max(1, amount));
        if (amount == 0)
        {
            _bar.Increment(1);
        }
    }

    public void Finished(long amount) => _bar!.Increment(amount);
}
