using MuLambda.Cli.Experiments;
using MuLambda.Load;

namespace MuLambda.Cli.Load;

/// <summary>A line every few seconds, where output goes to a file.</summary>
internal sealed class LoadLines(TextWriter writer) : ILoadProgress
{
    private const int Every = 5;

    private int _reports;

    public void Begin(string target, LoadPlan plan)
    {
        _reports = 0;
        writer.WriteLine(Words.Of($"{target}: {plan.WarmUp.TotalSeconds:0.###} s of warm-up, then {plan.Duration.TotalSeconds:0.###} s"));
    }

    public void Report(LoadSnapshot snapshot)
    {
        if (++_reports % Every == 0)
        {
            writer.WriteLine(Words.Of($"  {snapshot.Elapsed.TotalSeconds:0} s: {LoadProgress.Describe(snapshot)}"));
        }
    }
}
