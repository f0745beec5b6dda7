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
    public Choice Choose(in SelectionContext context, Span<double> utilities)
    {
        utilities.Clear();
        var (best, bestMs) = (0, double.PositiveInfinity);
        for (var i = 0; i < context.Candidates.Length; i++)
        {
            var estimate = context.Candidates[i].Estimate;
            if (estimate.RttSource == RoundTripSource.Measured && estimate.RttMs < bestMs)
            {
                (best, bestMs) = (i, estimate.RttMs);
            }
        }

        return new Choice(best, 0);
    }
}
