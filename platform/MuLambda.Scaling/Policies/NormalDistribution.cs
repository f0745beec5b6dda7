namespace MuLambda.Scaling;

/// <summary>The standard normal distribution, to about seven digits.</summary>
internal static class NormalDistribution
{
    /// <summary>The probability of more than a value.</summary>
    public static double Above(double z)
    {
        if (z < 0)
        {
            return 1 - Above(-z);
        }

        // Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17.
        var t = 1 / (1 + (0.2316419 * z));
        var sum = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Density(z) * sum;
    }

    /// <summary>The value that is not exceeded with a probability.</summary>
    public static double Quantile(double probability)
    {
        if (probability < 0.5)
        {
            return -Quantile(1 - probability);
        }

        // Abramowitz and Stegun 26.2.23, then two steps of Newton's method.
        var above = Math.Max(1 - probability, 1e-12);
        var t = Math.Sqrt(-2 * Math.Log(above));
        var z = t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
        for (var i = 0; i < 2; i++)
        {
            z += (Above(z) - above) / Density(z);
        }

        return z;
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
}
