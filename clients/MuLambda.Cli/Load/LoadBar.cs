using MuLambda.Cli.Experiments;
using MuLambda.Load;
using Spectre.Console;

namespace MuLambda.Cli.Load;

/// <summary>A bar for each target, with how it goes in the last second, for whoever watches.</summary>
internal sealed class LoadBar(ProgressContext bars) : ILoadProgress
{
    private ProgressTask? _bar;
    private string _target = "";

    public void Begin(string target, LoadPlan plan)
    {
        Finish();
        _target = target;
        _bar = bars.AddTask(Markup.Escape(target), maxValue: (plan.WarmUp + plan.Duration).TotalSeconds);
    }

    public void Report(LoadSnapshot snapshot)
    {
        _bar!.Value = Math.Min(snapshot.Elapsed.TotalSeconds, _bar.MaxValue);
        _bar.Description = Markup.Escape(Words.Of($"{_target}  {snapshot.Elapsed.TotalSeconds:0} of {_bar.MaxValue:0} s, {LoadProgress.Describe(snapshot)}"));
    }

    /// <summary>The last run is over.</summary>
    public void Finish()
    {
        if (_bar is not null)
        {
            _bar.Value = _bar.MaxValue;
            _bar.StopTask();
        }
    }
}
