namespace MuLambda.Simulation;

/// <summary>
/// A service-time model fitted to measurements: with c requests kept in an executor of p slots each takes
/// <c>(base + perItem n) * max(1, c / p)</c> in the mean, whether they wait in line or share.
/// </summary>
/// <remarks>
/// For every p that can matter, base and perItem follow by least squares of the relative error (both non-negative, reweighted by the fit, as
/// weights from the measurements would favour those that came out short); the p with the least error is taken. What is left, measured
/// over fitted, is the scatter.
/// </remarks>
public sealed class ServiceTimeFit
{
    private const int Rounds = 4;

    private ServiceTimeFit(double baseMs, double perItemMs, int slots, double relativeError, double sigma, double[] factors)
    {
        BaseMs = baseMs;
        PerItemMs = perItemMs;
        Slots = slots;
        RelativeError = relativeError;
        Sigma = sigma;
        Factors = factors;
    }

    /// <summary>What every request takes, in milliseconds.</summary>
    public double BaseMs { get; }

    /// <summary>What every item adds, in milliseconds.</summary>
    public double PerItemMs { get; }

    /// <summary>How many requests run at full speed at a time.</summary>
    public int Slots { get; }

    /// <summary>The root of the mean squared relative error of the fit.</summary>
    public double RelativeError { get; }

    /// <summary>The standard deviation of the logarithm of measured over fitted.</summary>
    public double Sigma { get; }

    /// <summary>Measured over fitted, of each sample.</summary>
    public IReadOnlyList<double> Factors { get; }

    /// <summary>Fits a model.</summary>
    /// <param name="samples">The measurements, at least one.</param>
    /// <returns>The fit.</returns>
    /// <exception cref="ArgumentException">There is no sample, or one is out of range.</exception>
    public static ServiceTimeFit Of(IReadOnlyList<ServiceSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0)
        {
            throw new ArgumentException("samples must hold at least one.", nameof(samples));
        }

        for (var i = 0; i < samples.Count; i++)
        {
            if (samples[i] is not { Items: >= 1, Concurrency: >= 1 } || !(samples[i].Ms > 0) || !double.IsFinite(samples[i].Ms))
            {
                throw new ArgumentException(
                    $"samples[{i}] is {samples[i]}; items and concurrency must be 1 at least, ms above 0.", nameof(samples));
            }
        }

        var (bestSlots, bestBase, bestPerItem, bestError) = (1, 0.0, 0.0, double.PositiveInfinity);
        foreach (var slots in samples.Select(s => s.Concurrency).Append(1).Distinct().SelectMany(Around).Distinct().Order())
        {
            var (baseMs, perItemMs) = Solve(samples, slots);
            var error = Error(samples, baseMs, perItemMs, slots);
            if (error < bestError * (1 - 1e-9))
            {
                (bestSlots, bestBase, bestPerItem, bestError) = (slots, baseMs, perItemMs, error);
            }
        }

        var factors = samples.Select(s => s.Ms / Expected(s, bestBase, bestPerItem, bestSlots)).ToArray();
        var logs = factors.Select(f => Math.Log(f)).ToArray();
        var mean = logs.Average();
        var sigma = Math.Sqrt(logs.Sum(l => (l - mean) * (l - mean)) / Math.Max(1, logs.Length - 1));
        return new ServiceTimeFit(bestBase, bestPerItem, bestSlots, bestError, sigma, factors);
    }

    /// <summary>The fitted server.</summary>
    /// <param name="discipline">How requests beyond its slots are treated.</param>
    /// <param name="empirical">Whether times scatter as the samples did; otherwise log-normally with the same spread.</param>
    /// <returns>The service time.</returns>
    public QueueingServiceTime ToServiceTime(ServerDiscipline discipline = ServerDiscipline.Fifo, bool empirical = false) =>
        new(BaseMs, PerItemMs, Slots, empirical ? Scatter.Empirical(Factors) : Scatter.LogNormal(Sigma), discipline);

    // The number of slots shows only between the concurrencies that were measured.
    private static IEnumerable<int> Around(int concurrency) =>
        new[] { concurrency / 2, concurrency * 2 / 3, concurrency - 1, concurrency, concurrency * 3 / 4 }.Where(p => p >= 1);

    private static double Share(ServiceSample sample, int slots) => Math.Max(1, sample.Concurrency / (double)slots);

    private static double Expected(ServiceSample sample, double baseMs, double perItemMs, int slots) =>
        (baseMs + (perItemMs * sample.Items)) * Share(sample, slots);

    private static double Error(IReadOnlyList<ServiceSample> samples, double baseMs, double perItemMs, int slots)
    {
        var sum = 0.0;
        foreach (var sample in samples)
        {
            var relative = (sample.Ms / Expected(sample, baseMs, perItemMs, slots)) - 1;
            sum += relative * relative;
        }

        return Math.Sqrt(sum / samples.Count);
    }

    private static (double BaseMs, double PerItemMs) Solve(IReadOnlyList<ServiceSample> samples, int slots)
    {
        var (baseMs, perItemMs) = Solve(samples, slots, sample => sample.Ms);
        for (var round = 0; round < Rounds; round++)
        {
            var (before, slope) = (baseMs, perItemMs);
            (baseMs, perItemMs) = Solve(samples, slots, sample => Expected(sample, before, slope, slots));
        }

        return (baseMs, perItemMs);
    }

    // Each row is divided by how large it is, so that large times do not drown small ones.
    private static (double BaseMs, double PerItemMs) Solve(
        IReadOnlyList<ServiceSample> samples, int slots, Func<ServiceSample, double> sizeMs)
    {
        double s11 = 0, s12 = 0, s22 = 0, t1 = 0, t2 = 0;
        foreach (var sample in samples)
        {
            var size = sizeMs(sample);
            var x1 = Share(sample, slots) / size;
            var x2 = x1 * sample.Items;
            var y = sample.Ms / size;
            s11 += x1 * x1;
            s12 += x1 * x2;
            s22 += x2 * x2;
            t1 += x1 * y;
            t2 += x2 * y;
        }

        var determinant = (s11 * s22) - (s12 * s12);
        if (determinant > 1e-9 * s11 * s22)
        {
            var baseMs = ((t1 * s22) - (t2 * s12)) / determinant;
            var perItemMs = ((t2 * s11) - (t1 * s12)) / determinant;
            if (baseMs >= 0 && perItemMs >= 0)
            {
                return (baseMs, perItemMs);
            }

            if (baseMs < 0)
            {
                return (0, t2 / s22);
            }
        }

        // One size cannot tell base from slope: all of it is base.
        return (t1 / s11, 0);
    }
}
