using System.Diagnostics;
using System.Globalization;

namespace MuLambda.Cli.Experiments;

/// <summary>A line every tenth, where output goes to a file.</summary>
internal sealed class LineProgress(TextWriter writer) : IRunProgress
{
    private const int Steps = 10;

    private readonly Lock _gate = new();
    private readonly Stopwatch _watch = new();
    private long _requests;
    private long _done;
    private int _step;

    public void Begin(int runs, int missing, long requests)
    {
        lock (_gate)
        {
            _requests = requests;
            _watch.Start();
            Write($"{missing} of {runs} runs to do, {requests} requests");
        }
    }

    public void Finished(long requests)
    {
        lock (_gate)
        {
            _done += requests;
            var step = (int)(_done * Steps / Math.Max(1, _requests));
            if (step > _step)
            {
                _step = step;
                Write($"{step * 100 / Steps} % after {_watch.Elapsed.TotalSeconds:0} s, {_done / Math.Max(0.001, _watch.Elapsed.TotalSeconds) / 1000:0} thousand requests/s");
            }
        }
    }

    private void Write(FormattableString line) => writer.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
