namespace MuLambda.Simulation;

/// <summary>
/// How confident a model is: a request has one of several features, each as likely as the other, and the model answers with the confidence it
/// has for that feature. As in the published evaluation, <c>c[feature] / 3^min(gamma, 1)</c>.
/// </summary>
public sealed class ConfidenceSpec
{
    private readonly double[] _values;

    /// <summary>A model's confidences.</summary>
    /// <param name="byFeature">c: the confidence by feature, each from 0 to 1.</param>
    /// <param name="gamma">How much all of them are lowered; 0 for not at all.</param>
    /// <exception cref="ArgumentException">There is no feature, or a value is out of range.</exception>
    public ConfidenceSpec(IReadOnlyList<double> byFeature, double gamma = 0)
    {
        ArgumentNullException.ThrowIfNull(byFeature);
        if (byFeature.Count == 0 || byFeature.Any(c => !(c is >= 0 and <= 1)))
        {
            throw new ArgumentException("byFeature must hold at least one confidence, each from 0 to 1.", nameof(byFeature));
        }

        Gamma = Checked.NonNegative(gamma);
        ByFeature = byFeature;
        _values = [.. byFeature.Select(c => c / Math.Pow(3, Math.Min(gamma, 1)))];
        Mean = _values.Average();
    }

    /// <summary>c, before gamma.</summary>
    public IReadOnlyList<double> ByFeature { get; }

    /// <summary>How much all are lowered.</summary>
    public double Gamma { get; }

    /// <summary>The expected confidence of a request.</summary>
    public double Mean { get; }

    /// <summary>The confidence of a request.</summary>
    /// <param name="feature">The request's feature as a number from 0 up to but not including 1.</param>
    /// <returns>From 0 to 1.</returns>
    public double Of(double feature) => _values[(int)(feature * _values.Length)];
}
