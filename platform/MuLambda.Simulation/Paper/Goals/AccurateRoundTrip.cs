namespace MuLambda.Simulation.Paper;

/// <summary>
/// The least mean round trip at which all streams of a cell can be answered with nearly the accuracy of the best model, by any policy with perfect knowledge.
/// </summary>
/// <remarks>
/// A share f of the requests may go to a worse model, as far as the accuracy that is to be kept allows; that one is taken to answer without any wait. The others
/// keep at least a share 1 - f of the streams busy, spread evenly over the best model's executors, each of which holds the same number all the time, as if requests were a fluid.
/// </remarks>
public static class AccurateRoundTrip
{
    /// <summary>Works it out.</summary>
    /// <param name="cell">The cell; all its requests are answered by one size and network.</param>
    /// <param name="kept">The share of the best expected confidence that is to be kept, from 0 to 1.</param>
    /// <returns>Milliseconds.</returns>
    public static double LeastMs(PaperCell cell, double kept)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentOutOfRangeException.ThrowIfNegative(kept);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kept, 1);
        var best = cell.Schedule.Models.MaxBy(model => model.ExpectedConfidence)!;
        var leastMs = Loaded(cell, best, cell.Streams);
        foreach (var other in cell.Schedule.Models.Where(model => model != best))
        {
            var share = Share(kept, best, other);
            leastMs = Math.Min(
                leastMs, ((1 - share) * Loaded(cell, best, cell.Streams * (1 - share))) + (share * Loaded(cell, other, 0)));
        }

        return leastMs;
    }

    private static double Share(double kept, PaperModel best, PaperModel other) =>
        Math.Min(1, (1 - kept) * best.ExpectedConfidence / (best.ExpectedConfidence - other.ExpectedConfidence));

    // By the nearest of its nodes, each executor with its part of so many streams.
    private static double Loaded(PaperCell cell, PaperModel model, double streams)
    {
        var executors = cell.Schedule.Executors.Where(executor => executor.Model == model).ToArray();
        var ahead = Math.Max(0, (streams / executors.Length) - 1);
        return executors.Min(executor => cell.Network.DelayMs(executor.Node))
            + model.Service.MeanMs(cell.Size, 0) + (1000 * model.Service.Beta * ahead);
    }
}
