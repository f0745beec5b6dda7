using System.Globalization;
using Spectre.Console;

namespace MuLambda.Cli.Experiments;

/// <summary>Tells a line for each step, and, where somebody watches, keeps a bar of the requests.</summary>
/// <param name="writer">Takes the lines; nothing where a bar is shown.</param>
/// <param name="task">The bar; null for none.</param>
internal sealed class LiveProgress(TextWriter writer, ProgressTask? task) : ILiveProgress
{
    public void Starting(string schedule, string network) => Tell($"starting the processes of {schedule}, {network}");

    public void Started(IReadOnlyList<int> processes) => Tell($"{processes.Count} {(processes.Count == 1 ? "process serves" : "processes serve")}");

    public void Measuring(LiveRun run) => Tell($"{run}: about {run.Expected.TotalSeconds:0} s");

    public void Ended() => task?.Increment(1);

    public void Measured(LiveComparison comparison, IReadOnlyList<LiveRequest> requests)
    {
        if (requests.FirstOrDefault(request => request.Failure is not null) is { } failed)
        {
            Tell($"{comparison.Live.Failed} requests failed, such as: {failed.Failure}");
        }
    }

    private void Tell(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        if (task is not null)
        {
            task.Description = Markup.Escape(text);
        }

        writer.WriteLine(text);
    }
}
