using MathNet.Numerics.Distributions;

namespace MuLambda.Simulation.Paper;

/// <summary>A mean and the half width of its 95 % confidence interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">How far the interval reaches to either side; <see cref="double.NaN"/> where a single number tells nothing of it.</param>
public readonly record struct Interval(double Mean, double HalfWidth)
{
    /// <summary>The interval's lower end.</summary>
    public double Low => Mean - HalfWidth;

    /// <summary>The interval's upper end.</summary>
    public double High => Mean + HalfWidth;

    /// <summary>Student's t-interval of independent numbers.</summary>
    /// <param name="values">The numbers, at least one.</param>
    /// <returns>Their mean and its interval.</returns>
    public static Interval Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        var mean = values.Average();
        if (values.Count == 1)
        {
            return new Interval(mean, double.NaN);
        }

        var squares = values.Sum(value => (value - mean) * (value - mean));
        var error = Math.Sqrt(squares / (values.Count - 1) / values.Count);
        return new Interval(mean, error * StudentT.InvCDF(0, 1, values.Count - 1, 0.975));
    }
}
