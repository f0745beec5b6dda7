using System.Diagnostics;

namespace MuLambda.Cli.Experiments;

/// <summary>A line every tenth of a part, where output goes to a file.</summary>
internal sealed class LineProgress(TextWriter writer) : IRunProgress
{
    private const int Steps = 10;

    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = new();
    private long _amount;
    private long _done;
    private int _step;

    public void Begin(string what, long amount)
    {
        lock (_gate)
        {
            (_amount, _done, _step) = (amount, 0, 0);
            _watch.Restart();
            writer.WriteLine(what);
        }
    }

    public void Finished(long amount)
    {
        lock (_gate)
        {
            _done += amount;
            var step = (int)(_done * Steps / Math.Max(1, _amount));
            if (step > _step)
            {
                _step = step;
                writer.WriteLine(Words.Of($"  {step * 100 / Steps} % after {_watch.Elapsed.TotalSeconds:0} s"));
            }
        }
    }
}
