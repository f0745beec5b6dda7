using System.Runtime.Intrinsics;

namespace MuLambda.Selection;

/// <summary>
/// The candidates whose utilities differ by less than answers scatter from the largest, and which of them is preferred.
/// </summary>
/// <remarks>
/// Every comparison is with one and the same row, never from row to row: being a tie is not transitive, and the order of the rows
/// would decide.
/// </remarks>
internal readonly ref struct Ties
{
    /// <summary>Divisors are at least so large, in milliseconds.</summary>
    public const float LeastServiceMs = 1e-3f;

    // Utilities are reckoned with seven digits.
    private const float Tolerance = 1e-5f;

    // Mean deviations within which two answers could as well have come the other way round, and what they may cover up at most: one step of
    // the published score.
    private const float Scatter = 3;
    private const float MostUtility = 0.12f;

    // How far off one answer may be, as a share of it; more answers narrow it by their root. What takes more than twice as long is no tie, however
    // little is known of it.
    private const float FirstUncertainty = 0.5f;
    private const float MostUncertainty = 0.17f;

    private readonly SelectionContext _context;
    private readonly int _top;
    private readonly float _threshold;
    private readonly float _accuracyWeight;
    private readonly float _hope;

    public Ties(in SelectionContext context, float best, float latencyWeight, float accuracyWeight, float hope)
    {
        _context = context;
        _top = Top(context, best);
        _threshold = best - (MostUtility * latencyWeight) - Tolerance;
        (_accuracyWeight, _hope) = (accuracyWeight, hope);
    }

    /// <summary>The most accurate, of these the fastest, of these the least loaded, the smaller, the one that waited longest.</summary>
    public int Preferred()
    {
        var mostAccurate = _top;
        for (var row = Next(-1); row >= 0; row = Next(row))
        {
            mostAccurate = Accuracy(row) > Accuracy(mostAccurate) ? row : mostAccurate;
        }

        var leastAccuracy = (_accuracyWeight * Accuracy(mostAccurate)) - Tolerance;
        var fastest = mostAccurate;
        for (var row = Next(-1); row >= 0; row = Next(row))
        {
            if (_accuracyWeight * Accuracy(row) >= leastAccuracy && IsFaster(row, fastest))
            {
                fastest = row;
            }
        }

        var preferred = fastest;
        for (var row = Next(-1); row >= 0; row = Next(row))
        {
            if (_accuracyWeight * Accuracy(row) >= leastAccuracy
                && MarginalMs(row) - MarginalMs(fastest) <= Scatter * Math.Max(UncertaintyMs(row), UncertaintyMs(fastest))
                && IsBetter(row, preferred))
            {
                preferred = row;
            }
        }

        return preferred;
    }

    // Of several with the largest score the one that the others are compared with is told by its figures, not by its place.
    private static int Top(in SelectionContext context, float best)
    {
        var top = context.Scores.IndexOf(best);
        var from = top + 1;
        while (context.Scores[from..].IndexOf(best) is >= 0 and var next)
        {
            var row = from + next;
            var differenceMs = context.LatencyMs[row] - context.LatencyMs[top];
            if (differenceMs < 0 || (differenceMs == 0 && UncertaintyMs(context, row) > UncertaintyMs(context, top)))
            {
                top = row;
            }

            from = row + 1;
        }

        return top;
    }

    private bool IsFaster(int one, int other)
    {
        var differenceMs = MarginalMs(one) - MarginalMs(other);
        return differenceMs < 0 || (differenceMs == 0 && UncertaintyMs(one) > UncertaintyMs(other));
    }

    private int Next(int after)
    {
        var scores = _context.Scratch.Scores;
        var rows = _context.Columns.Count;
        var enough = Vector512.Create(_threshold);
        for (var row = after + 1; row < rows; row++)
        {
            if (row % Vector512<float>.Count == 0)
            {
                while (row < rows && !Vector512.GreaterThanOrEqualAny(Lanes.At(scores, row), enough))
                {
                    row += Vector512<float>.Count;
                }

                if (row >= rows)
                {
                    break;
                }
            }

            if (scores[row] >= _threshold && IsTie(row))
            {
                return row;
            }
        }

        return -1;
    }

    private bool IsTie(int row) =>
        _accuracyWeight * (Accuracy(row) - Accuracy(_top)) >= -Tolerance
        && (_context.Scores[row] >= _context.Scores[_top] - Tolerance
            || _context.LatencyMs[row] - _context.LatencyMs[_top] <= Scatter * Math.Max(UncertaintyMs(row), UncertaintyMs(_top)));

    private bool IsBetter(int one, int other)
    {
        var columns = _context.Columns;
        if (columns.InFlight[one] != columns.InFlight[other])
        {
            return columns.InFlight[one] < columns.InFlight[other];
        }

        if (columns.ModelBytes[one] != columns.ModelBytes[other])
        {
            return columns.ModelBytes[one] < columns.ModelBytes[other];
        }

        // The one not known yet, then the faster, then the one whose executor is less busy with it, then the one that waited longest for its turn.
        if (columns.Unknown[one] != columns.Unknown[other])
        {
            return columns.Unknown[one] > columns.Unknown[other];
        }

        var differenceMs = MarginalMs(one) - MarginalMs(other);
        return differenceMs != 0 ? differenceMs < 0
            : _context.ServiceMs[one] != _context.ServiceMs[other] ? _context.ServiceMs[one] < _context.ServiceMs[other]
            : columns.LastTurn[one] < columns.LastTurn[other];
    }

    private float Accuracy(int row) => _context.Accuracy[row]
        + Math.Min(_hope * _context.Columns.AccuracyDoubt[row], _context.Columns.MostHope[row]);

    // What a few answers say is no reason to stop asking the others.
    private float UncertaintyMs(int row) => UncertaintyMs(_context, row);

    private static float UncertaintyMs(in SelectionContext context, int row) => Math.Max(
        Math.Min(context.ScatterMs[row], context.ServiceMs[row] + context.WaitMs[row]),
        Math.Min(MostUncertainty, FirstUncertainty / MathF.Sqrt(Math.Max(1, context.Columns.Answers[row]))) * context.ServiceMs[row]);

    private float MarginalMs(int row)
    {
        var serviceMs = _context.ServiceMs[row];
        var loadedMs = serviceMs + _context.WaitMs[row];
        return _context.RttMs[row] + (loadedMs * loadedMs / Math.Max(serviceMs, LeastServiceMs));
    }
}
