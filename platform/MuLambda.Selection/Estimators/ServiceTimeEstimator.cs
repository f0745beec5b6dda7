namespace MuLambda.Selection;

/// <summary>
/// Learns a <see cref="ServiceTimeModel"/> from answers, by recursive least squares with directional forgetting.
/// </summary>
/// <remarks>
/// <para>
/// An answer to n examples that found k requests with m examples ahead of it took, after the network's share is taken off,
/// <c>base + perItem n + waitPerRequest k + waitPerItem m</c>. That is linear in the four figures, so each answer corrects them by
/// its relative error, in proportion to how little is known of each. Only the direction that an answer tells something of forgets what was known before
/// (Kulhavy 1987): an executor that is always busy keeps what it showed when it was idle.
/// </para>
/// <para>
/// One answer far off the estimate is clipped, because a pause of the machine is no property of the executor; the second in a row on the same side
/// is a change, and a change scales all four figures alike. Writers take a short lock; readers take none.
/// </para>
/// </remarks>
public sealed class ServiceTimeEstimator
{
    private const int Figures = 4;
    private const double Forgetting = 0.95;
    private const double OutlierFactor = 4;
    private const double OutlierMs = 1;
    private const double ScatterShare = 0.05;
    private const double MostContention = 64;

    // Time makes figures uncertain too: in half a minute, or in as many answers one after the other, if these take longer.
    private const double ForgettingMs = 30_000;
    private const double ForgettingAnswers = 50;

    private const double UsualShare = 0.1;

    // Uncertainties are in units of how far answers scatter, about a twentieth of what they take. At first nothing is known of
    // the scale; items are held tighter than the part without them, since requests of one size cannot tell the two apart, and a base that is too large
    // does less harm to large requests than a slope would.
    private const double Unknown = 40;
    private const double UnknownPerItem = 4;

    // Below it (in squares of the same unit) an estimate is good enough to tell an outlier by.
    private const double Confident = 25;

    // What a figure is taken to be known to after it was believed again.
    private const double Restored = 0.5;

    private readonly Lock _gate = new();
    private readonly Published<ServiceTimeModel> _current;
    private readonly double[] _figures = new double[Figures];
    private readonly double[] _covariance = new double[Figures * Figures];
    private readonly double[] _largest = new double[Figures];
    private double _usualItems = 1;
    private double _usualItemsAhead = 1;
    private int _outlierBefore;

    /// <summary>An estimator that has seen nothing.</summary>
    /// <param name="prior">What is believed before the first answer.</param>
    public ServiceTimeEstimator(ServiceTimeModel prior)
    {
        _current = new Published<ServiceTimeModel>(prior);
        Take(prior);
        Doubt(prior.ServiceMs(1), 1, 1);
    }

    /// <summary>What is known now.</summary>
    public ServiceTimeModel Current => _current.Value;

    /// <summary>Takes an answer in.</summary>
    /// <param name="elapsedMs">What it took without the network, in milliseconds.</param>
    /// <param name="items">The examples it carried, at least 1.</param>
    /// <param name="requestsAhead">The requests in flight when it was assigned.</param>
    /// <param name="itemsAhead">The examples those carried together.</param>
    /// <param name="nowMs">The selector's clock, in milliseconds.</param>
    public void Observe(double elapsedMs, int items, long requestsAhead, long itemsAhead, double nowMs)
    {
        if (!double.IsFinite(elapsedMs))
        {
            return;
        }

        elapsedMs = Math.Max(0, elapsedMs);
        lock (_gate)
        {
            var model = _current.Value;
            ReadOnlySpan<double> answer = [1, items, requestsAhead, itemsAhead];
            var expected = Math.Max(1e-6, model.ServiceMs(items) + model.WaitMs(requestsAhead, itemsAhead));
            _usualItems += UsualShare * (items - _usualItems);
            if (requestsAhead > 0)
            {
                _usualItemsAhead += UsualShare * (Math.Max(1.0, itemsAhead / (double)requestsAhead) - _usualItemsAhead);
            }

            var differenceMs = Math.Abs(elapsedMs - expected);
            Age(nowMs - model.ObservedAtMs, Math.Max(expected, elapsedMs));

            // The first answer may have paid for connections and compilation: the second counts alone.
            var isFirst = model.Observations == 0 || (model.Observations == 1 && requestsAhead == 0);
            if (isFirst || IsChange(ref elapsedMs, expected, Uncertainty(answer, expected)))
            {
                elapsedMs = Math.Max(elapsedMs, 1e-6);
                Rescale(model, elapsedMs / expected, items);
                expected = elapsedMs;
            }

            Correct(answer, elapsedMs, expected);
            var (baseMs, perItemMs) = NonNegative(_figures[0], _figures[1], _usualItems);
            var (waitPerRequestMs, waitPerItemMs) = NonNegative(_figures[2], _figures[3], _usualItemsAhead);
            _current.Replace(new ServiceTimeModel(
                baseMs, perItemMs, waitPerRequestMs, waitPerItemMs, model.Observations + 1, nowMs, Scatter(model, differenceMs)));
        }
    }

    /// <summary>Believes again what was known before: the executor is what it used to be.</summary>
    /// <param name="usual">What it used to be.</param>
    /// <param name="nowMs">The selector's clock, in milliseconds.</param>
    internal void Restore(ServiceTimeModel usual, double nowMs)
    {
        lock (_gate)
        {
            Take(usual);
            Doubt(usual.BaseMs + usual.PerItemMs, 1, Restored);
            _outlierBefore = 0;
            _current.Replace(usual with { Observations = _current.Value.Observations, ObservedAtMs = nowMs });
        }
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        (x[0] * y[0]) + (x[1] * y[1]) + (x[2] * y[2]) + (x[3] * y[3]);

    // Least squares may make one of a pair negative; then the other alone says the same of requests of the usual size.
    private static (double PerRequest, double PerItem) NonNegative(double perRequest, double perItem, double usualItems) =>
        perItem < 0 ? (Math.Max(0, perRequest + (perItem * usualItems)), 0)
        : perRequest < 0 ? (0, Math.Max(0, perItem + (perRequest / usualItems)))
        : (perRequest, perItem);

    // How wrong the prior was, which the first answers show, is not how much the executor scatters.
    private static double Scatter(ServiceTimeModel model, double differenceMs) => model.Observations < 2
        ? 0
        : model.ScatterMs + (Math.Max(ScatterShare, 1.0 / (model.Observations - 1)) * (differenceMs - model.ScatterMs));

    private bool IsChange(ref double elapsedMs, double expected, double uncertainty)
    {
        if (uncertainty > Confident)
        {
            _outlierBefore = 0;
            return false;
        }

        var limit = Math.Max(OutlierFactor * expected, expected + OutlierMs);
        var outlier = elapsedMs > limit ? 1 : elapsedMs < Math.Min(expected / OutlierFactor, expected - OutlierMs) ? -1 : 0;
        var isChange = outlier != 0 && outlier == _outlierBefore;
        _outlierBefore = outlier;
        if (outlier > 0 && !isChange)
        {
            elapsedMs = limit;
        }

        return isChange;
    }

    private void Take(ServiceTimeModel model) =>
        (_figures[0], _figures[1], _figures[2], _figures[3]) =
            (model.BaseMs, model.PerItemMs, model.WaitPerRequestMs, model.WaitPerItemMs);

    // Everything takes so many times as long; how the parts relate stays to be learned.
    private void Rescale(ServiceTimeModel model, double factor, int items)
    {
        Take(model);
        for (var i = 0; i < Figures; i++)
        {
            _figures[i] *= factor;
        }

        // What was nothing before cannot tell how the wait grew with it.
        var serviceMs = _figures[0] + (_figures[1] * items);
        _figures[2] = Math.Min(_figures[2], MostContention * serviceMs);
        _figures[3] = Math.Min(_figures[3], MostContention * serviceMs / items);
        Doubt(serviceMs, items, 1);
    }

    // Uncertain as at the beginning, or by a share of that.
    private void Doubt(double serviceMs, int items, double share)
    {
        Array.Clear(_covariance);
        for (var i = 0; i < Figures; i++)
        {
            var deviation = (i % 2 == 0 ? Unknown : UnknownPerItem / items) * serviceMs;
            _largest[i] = deviation * deviation;
            _covariance[(i * Figures) + i] = _largest[i] * (share * share / (share == 1 ? 1 : Unknown * Unknown));
        }
    }

    // As time goes by all is less certain, at most as uncertain as at the beginning.
    private void Age(double elapsedMs, double answerMs)
    {
        var rests = Math.Max(0, elapsedMs) / Math.Max(ForgettingMs, ForgettingAnswers * answerMs);
        var growth = Math.Exp(rests * rests);
        Span<double> factors = stackalloc double[Figures];
        for (var i = 0; i < Figures; i++)
        {
            var variance = _covariance[(i * Figures) + i];
            factors[i] = variance > 0 ? Math.Sqrt(Math.Clamp(_largest[i] / variance, 1, growth)) : 1;
        }

        for (var i = 0; i < _covariance.Length; i++)
        {
            _covariance[i] *= factors[i / Figures] * factors[i % Figures];
        }
    }

    private double Uncertainty(ReadOnlySpan<double> answer, double expected)
    {
        var sum = 0.0;
        for (var i = 0; i < Figures; i++)
        {
            sum += answer[i] * Dot(_covariance.AsSpan(i * Figures, Figures), answer);
        }

        return sum / (expected * expected);
    }

    private void Correct(ReadOnlySpan<double> answer, double elapsedMs, double scale)
    {
        Span<double> gain = stackalloc double[Figures];
        for (var i = 0; i < Figures; i++)
        {
            gain[i] = Dot(_covariance.AsSpan(i * Figures, Figures), answer) / scale;
        }

        var uncertainty = Dot(gain, answer) / scale;
        if (!(uncertainty > 1e-12))
        {
            return;
        }

        var kept = Forgetting - ((1 - Forgetting) / uncertainty);
        var share = kept / (1 + (kept * uncertainty));
        for (var i = 0; i < _covariance.Length; i++)
        {
            _covariance[i] -= share * gain[i / Figures] * gain[i % Figures];
        }

        var step = (elapsedMs - Dot(_figures, answer)) / (scale * (1 + uncertainty));
        for (var i = 0; i < Figures; i++)
        {
            _figures[i] += gain[i] * step;
        }
    }
}
