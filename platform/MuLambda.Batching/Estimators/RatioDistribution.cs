namespace MuLambda.Batching;

/// <summary>
/// How what was observed relates to what was expected: the distribution of their ratio, in classes of nine percent, where what came lately counts more.
/// </summary>
internal sealed class RatioDistribution
{
    // Ratios from 1/8 to 16 in steps of an eighth of a doubling.
    private const int PerDoubling = 8;
    private const int Lowest = -3 * PerDoubling;
    private const int Classes = 7 * PerDoubling;

    // Figures remembered, and what the guess before the first is worth.
    private const double Memory = 300;
    private const double GuessWeight = 4;

    private readonly double[] _weights = new double[Classes];
    private readonly double[] _below = new double[Classes + 1];
    private double _unit = 1;

    public RatioDistribution()
    {
        // Before anything is known: a fifth more or less.
        for (var i = -2; i <= 2; i++)
        {
            _weights[i - Lowest] = GuessWeight / 5;
        }

        Sum();
    }

    /// <summary>Takes another distribution for its guess before the first observation.</summary>
    public void BeginWith(RatioDistribution other)
    {
        for (var i = 0; i < Classes; i++)
        {
            _weights[i] = GuessWeight * other._weights[i] / other._below[Classes];
        }

        Sum();
    }

    public void Observe(double ratio)
    {
        // Newer figures count more by growing, which saves touching the older ones.
        _unit *= 1 + (1 / Memory);
        var place = (int)Math.Floor((Math.Log2(Math.Clamp(ratio, 1e-3, 1e3)) * PerDoubling) + 0.5) - Lowest;
        _weights[Math.Clamp(place, 0, Classes - 1)] += _unit;
        if (_unit > 1e9)
        {
            for (var i = 0; i < Classes; i++)
            {
                _weights[i] /= _unit;
            }

            _unit = 1;
        }

        Sum();
    }

    /// <summary>The share of ratios that are at most this.</summary>
    public double ShareWithin(double ratio)
    {
        if (ratio <= 0)
        {
            return 0;
        }

        var place = (Math.Log2(ratio) * PerDoubling) + 0.5 - Lowest;
        if (place <= 0)
        {
            return 0;
        }

        if (place >= Classes)
        {
            return 1;
        }

        var whole = (int)place;
        return (_below[whole] + ((place - whole) * _weights[whole])) / _below[Classes];
    }

    /// <summary>The ratio that this share is at most.</summary>
    public double Quantile(double share)
    {
        var wanted = share * _below[Classes];
        var place = Array.BinarySearch(_below, wanted);
        place = place >= 0 ? place : ~place - 1;
        place = Math.Clamp(place, 0, Classes - 1);
        var inside = _weights[place] > 0 ? Math.Clamp((wanted - _below[place]) / _weights[place], 0, 1) : 0.5;
        return Math.Pow(2, (place + inside - 0.5 + Lowest) / PerDoubling);
    }

    private void Sum()
    {
        var sum = 0.0;
        for (var i = 0; i < Classes; i++)
        {
            _below[i] = sum;
            sum += _weights[i];
        }

        _below[Classes] = sum;
    }
}
