using System.Globalization;

namespace MuLambda.Benchmarks.Batching;

/// <summary>What the default policy is to reach, and what it came to.</summary>
/// <param name="Server">The model, or the simulated executor.</param>
/// <param name="Aim">The aim.</param>
/// <param name="Found">What was found.</param>
/// <param name="Holds">Whether it is reached.</param>
internal sealed record BatchingGoal(string Server, string Aim, string Found, bool Holds)
{
    // The executors that have to answer so many more when they are saturated: those where a batch costs little more than a request.
    private static readonly string[] SaturationServers = ["digits-cnn", "gpu-like"];

    // But for one request in a thousand.
    private const double AllOfIt = 0.999;

    /// <summary>The goals that can be judged by what was measured.</summary>
    public static IReadOnlyList<BatchingGoal> Of(BatchingReport report) =>
    [
        .. report.Servers.SelectMany(server => report.ArrivalsOf(server).SelectMany(arrivals => Of(report, server, arrivals))),
        .. report.Servers.Where(server => SaturationServers.Contains(server.Name)).SelectMany(Saturation),
    ];

    private static IEnumerable<BatchingGoal> Of(BatchingReport report, BatchingServer server, string arrivals)
    {
        var cells = report.Cells.Where(c => c.Server == server.Name && c.Arrivals == arrivals).ToArray();
        var adaptive = cells.Where(c => c.Setting == PolicySetting.Adaptive).OrderBy(c => c.Load).ToArray();
        if (adaptive.Length == 0)
        {
            yield break;
        }

        var isFixed = report.Settings.Where(s => s.IsFixed && cells.Any(c => c.Setting == s.Name)).Select(s => s.Name).ToArray();
        if (isFixed.Length > 0)
        {
            foreach (var cell in adaptive)
            {
                var best = report.BestFixed(server.Name, arrivals, cell.Load)!;
                var ratio = Ratio(cell.GoodPerSecond, best.GoodPerSecond);
                yield return new BatchingGoal(
                    server.Name, Text($"{arrivals}, load {cell.Load:0.##}: goodput at least 0.98 of the best fixed setting's"),
                    Text($"{ratio:0.000}{RatioError(cell, best)} of {best.Setting}'s"), ratio >= 0.98);
            }

            var sum = adaptive.Sum(c => c.GoodPerSecond);
            var (name, most) = isFixed.Select(name => (name, cells.Where(c => c.Setting == name).Sum(c => c.GoodPerSecond))).MaxBy(f => f.Item2);

            // Nobody answers more than what comes: where that is answered, a tie is the most there is.
            var offered = adaptive.Sum(c => c.OfferedPerSecond);
            var isAll = sum >= AllOfIt * offered;
            yield return new BatchingGoal(
                server.Name, $"{arrivals}: goodput summed over the loads above every fixed setting's, or all that is offered",
                Text($"{Ratio(sum, most):0.000} of {name}'s ({sum:0.0} against {most:0.0} a second")
                + (isAll ? Text($"; {offered:0.0} were offered, more is impossible)") : ")"),
                sum > most || isAll);
        }

        if (cells.FirstOrDefault(c => c.Setting == PolicySetting.None && c.Load == adaptive[0].Load)?.P50Ms is { } none && adaptive[0].P50Ms is { } median)
        {
            yield return new BatchingGoal(
                server.Name, Text($"{arrivals}, load {adaptive[0].Load:0.##}: median at most 1.05 of none's"), Text($"{median / none:0.000}"), median <= 1.05 * none);
        }

        if (adaptive[^1] is { Load: > 1 } over)
        {
            var share = Ratio(over.GoodPerSecond, adaptive.Max(c => c.GoodPerSecond));
            yield return new BatchingGoal(
                server.Name, Text($"{arrivals}, load {over.Load:0.##}: goodput at least 0.9 of the peak"), Text($"{share:0.000}"), share >= 0.9);
        }
    }

    private static IEnumerable<BatchingGoal> Saturation(BatchingServer server)
    {
        if (server.Saturated.TryGetValue(PolicySetting.Adaptive, out var adaptive) && server.Saturated.TryGetValue(PolicySetting.None, out var none))
        {
            yield return new BatchingGoal(
                server.Name, "throughput at saturation at least 2.5 times none's", Text($"{adaptive.PerSecond / none.PerSecond:0.00} times"),
                adaptive.PerSecond >= 2.5 * none.PerSecond);
        }
    }

    // Of a quotient the relative errors add up in squares, where numerator and denominator err by themselves.
    private static string RatioError(BatchingCell one, BatchingCell other) =>
        one.GoodError is { } a && other.GoodError is { } b && other.GoodPerSecond > 0
            ? Text($" ± {Math.Sqrt(Math.Pow(a / other.GoodPerSecond, 2) + Math.Pow(b * one.GoodPerSecond / other.GoodPerSecond / other.GoodPerSecond, 2)):0.000}")
            : "";

    private static double Ratio(double one, double other) => other > 0 ? one / other : 1;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
