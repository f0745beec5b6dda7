namespace MuLambda.Simulation;

/// <summary>How service times scatter around their mean: a factor with mean 1 for every request.</summary>
public abstract class Scatter
{
    /// <summary>They do not.</summary>
    public static Scatter None { get; } = new NoScatter();

    /// <summary>As exponentially distributed times do, without memory.</summary>
    public static Scatter Exponential { get; } = new ExponentialScatter();

    /// <summary>As log-normally distributed times do.</summary>
    /// <param name="sigma">The standard deviation of the logarithm.</param>
    /// <returns>The scatter.</returns>
    public static Scatter LogNormal(double sigma) => new LogNormalScatter(Checked.NonNegative(sigma));

    /// <summary>As observed times did.</summary>
    /// <param name="factors">Observed times over expected ones, each as likely as the other; they are scaled to mean 1.</param>
    /// <returns>The scatter.</returns>
    /// <exception cref="ArgumentException">There is none, or one is negative or not finite, or all are 0.</exception>
    public static Scatter Empirical(IReadOnlyList<double> factors)
    {
        ArgumentNullException.ThrowIfNull(factors);
        if (factors.Count == 0 || factors.Any(f => !double.IsFinite(f) || f < 0) || factors.Sum() <= 0)
        {
            throw new ArgumentException("factors must hold at least one number above 0 and none that is negative or not finite.", nameof(factors));
        }

        return new EmpiricalScatter([.. factors]);
    }

    /// <summary>The factor of a request.</summary>
    /// <param name="chance">Its chance.</param>
    /// <returns>At least 0.</returns>
    public abstract double Factor(RequestChance chance);

    /// <summary>The variance of the factor, which is the squared coefficient of variation of the times.</summary>
    public abstract double Variance { get; }

    private sealed class NoScatter : Scatter
    {
        public override double Variance => 0;

        public override double Factor(RequestChance chance) => 1;
    }

    private sealed class ExponentialScatter : Scatter
    {
        public override double Variance => 1;

        public override double Factor(RequestChance chance) => chance.Exponential(0);
    }

    private sealed class LogNormalScatter(double sigma) : Scatter
    {
        public override double Variance => Math.Exp(sigma * sigma) - 1;

        // exp(-sigma^2 / 2) makes the mean 1.
        public override double Factor(RequestChance chance) => Math.Exp((sigma * chance.Normal(0)) - (sigma * sigma / 2));
    }

    private sealed class EmpiricalScatter : Scatter
    {
        private readonly double[] _factors;

        public EmpiricalScatter(double[] factors)
        {
            var mean = factors.Average();
            _factors = [.. factors.Select(f => f / mean)];
            Variance = _factors.Average(f => (f - 1) * (f - 1));
        }

        public override double Variance { get; }

        public override double Factor(RequestChance chance) => _factors[(int)(chance.Uniform(0) * _factors.Length)];
    }
}
