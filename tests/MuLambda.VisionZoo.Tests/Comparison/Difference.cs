namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>How far one array of numbers is from another.</summary>
internal static class Difference
{
    /// <summary>
    /// The largest of <c>|a - b| / max(|b|, scale)</c>, where the scale is the root mean square of <paramref name="reference"/>. Plain
    /// relative error says nothing where a number is near zero only because large ones cancelled: floats cannot agree there better than
    /// to a fraction of the size that the output's numbers have. The root mean square is that size; it is smaller than the largest
    /// number, so that an output of few large and many small ones is held to the small ones' precision.
    /// </summary>
    public static double Of(ReadOnlySpan<float> actual, ReadOnlySpan<float> reference) => Of(actual, reference, RootMeanSquare(reference));

    /// <summary>
    /// The difference of probabilities, whose scale is 1: a sigmoid of -20 depends on the twentieth bit of its argument, and the
    /// runtimes' sigmoids promise no relative precision there. Wrong small probabilities show in the outputs that are computed beside.
    /// </summary>
    public static double OfProbabilities(ReadOnlySpan<float> actual, ReadOnlySpan<float> reference) => Of(actual, reference, 1);

    /// <summary>
    /// The difference of detections: rows of six numbers, the best first. Rows whose scores differ by less than the bound may have
    /// changed places, and at the end of the list one of them may have been left out, so each reference row is compared with the
    /// nearest row that is still free, and the rows that tie with the last one are passed over.
    /// </summary>
    public static double OfDetections(ReadOnlySpan<float> actual, ReadOnlySpan<float> reference, int width, int score, double bound)
    {
        actual.Length.ShouldBe(reference.Length);
        var scale = RootMeanSquare(reference);
        var free = Enumerable.Range(0, actual.Length / width).ToList();
        var last = reference[reference.Length - width + score];
        var largest = 0.0;
        for (var row = 0; row < reference.Length / width; row++)
        {
            var wanted = reference.Slice(row * width, width);
            var (nearest, distance) = (0, double.PositiveInfinity);
            for (var i = 0; i < free.Count; i++)
            {
                var difference = Of(actual.Slice(free[i] * width, width), wanted, scale);
                if (difference < distance)
                {
                    (nearest, distance) = (i, difference);
                }
            }

            if (wanted[score] - last > bound)
            {
                largest = Math.Max(largest, distance);
                free.RemoveAt(nearest);
            }
        }

        return largest;
    }

    private static double RootMeanSquare(ReadOnlySpan<float> numbers)
    {
        double squares = 0;
        foreach (var number in numbers)
        {
            squares += (double)number * number;
        }

        return Math.Sqrt(squares / Math.Max(numbers.Length, 1));
    }

    private static double Of(ReadOnlySpan<float> actual, ReadOnlySpan<float> reference, double scale)
    {
        actual.Length.ShouldBe(reference.Length);
        var largest = 0.0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (!float.IsFinite(actual[i]) || !float.IsFinite(reference[i]))
            {
                return double.PositiveInfinity;
            }

            var error = Math.Abs((double)actual[i] - reference[i]);
            largest = Math.Max(largest, error == 0 ? 0 : error / Math.Max(Math.Abs((double)reference[i]), scale));
        }

        return largest;
    }
}
