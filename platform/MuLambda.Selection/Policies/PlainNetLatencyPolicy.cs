namespace MuLambda.Selection;

/// <summary>
/// The smallest measured round trip, whatever the model takes; candidates of nodes that nobody measured come last, and of equals
/// the first wins.
/// </summary>
public sealed class PlainNetLatencyPolicy : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "plain-net-latency";

    /// <inheritdoc/>
    public int Choose(in SelectionContext context)
    {
        context.Scores.Clear();
        var (best, bestMs) = (-1, double.PositiveInfinity);
        for (var row = 0; row < context.Candidates.Length; row++)
        {
            if (!context.IsAdmitted(row))
            {
                continue;
            }

            var measuredMs = context.MeasuredRttMs(row);
            if (best < 0 || measuredMs < bestMs)
            {
                (best, bestMs) = (row, double.IsNaN(measuredMs) ? double.PositiveInfinity : measuredMs);
            }
        }

        return best;
    }
}
