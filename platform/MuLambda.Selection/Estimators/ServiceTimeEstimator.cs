namespace MuLambda.Selection;

/// <summary>
/// Learns a <see cref="ServiceTimeModel"/> from answers, by exponentially weighted least squares.
/// </summary>
/// <remarks>
/// An answer that found k requests with m items ahead of it took, after the network's share is taken off,
/// <c>base * (1 + c k) + perItem * (n + c m)</c>, with c the contention. Given c this is linear in base and perItem, which the
/// normal equations give (non-negative, pulled gently to the prior where the data leaves them open); given those,
/// c follows from what the answers behind others took. Old answers lose weight by count and by time. One answer far off the
/// estimate is clipped, because a pause of the machine is no property of the executor; the second in a row on the same side is a change:
/// what came before it loses nearly all its weight.
/// Writers take a short lock; readers take none.
/// </remarks>
public sealed class ServiceTimeEstimator
{
    private const double Forgetting = 0.95;
    private const double ForgettingMs = 30_000;
    private const double OutlierFactor = 4;
    private const double OutlierMs = 1;

    // What is left of the weight of older answers after a change.
    private const double KeptOfChange = 0.05;
    private const double MaxContention = 64;
    private const double ScatterShare = 0.05;

    // How strongly the prior pulls, in observations. The slope is held much tighter than the base: requests of one
    // size cannot tell the two apart, and a base that is too large does less harm to large requests than a slope would.
    // Both fade as answers come.
    private const double BasePull = 0.001;
    private const double SlopePull = 0.1;
    private const double LeastPull = 0.01;
    private const double ContentionPull = 1;

    private readonly Lock _gate = new();
    private readonly ServiceTimeModel _prior;
    private readonly Published<ServiceTimeModel> _current;
    private double _pull = 1;
    private double _s11, _s12, _s22, _t1, _t2;
    private double _contentionSquares, _contentionProducts;
    private int _outlierBefore;

    /// <summary>An estimator that has seen nothing.</summary>
    /// <param name="prior">What is believed before the first answer.</param>
    public ServiceTimeEstimator(ServiceTimeModel prior)
    {
        _prior = prior;
        _current = new Published<ServiceTimeModel>(prior);
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
            var expected = model.ServiceMs(items) + model.WaitMs(requestsAhead, itemsAhead);
            var limit = Math.Max(OutlierFactor * expected, expected + OutlierMs);
            var outlier = elapsedMs > limit ? 1 : elapsedMs < Math.Min(expected / OutlierFactor, expected - OutlierMs) ? -1 : 0;
            var change = outlier != 0 && outlier == _outlierBefore;
            _outlierBefore = outlier;
            if (model.Observations <= 1)
            {
                // The first answer may have paid for connections and compilation: the second counts alone.
                change = true;
            }
            else if (outlier > 0 && !change)
            {
                elapsedMs = limit;
            }

            var keep = Forgetting * Math.Exp(-Math.Max(0, nowMs - model.ObservedAtMs) / ForgettingMs) * (change ? KeptOfChange : 1);
            LearnContention(model, elapsedMs, items, requestsAhead, itemsAhead, keep);
            var (baseMs, perItemMs, contention) = LearnService(elapsedMs, items, requestsAhead, itemsAhead, keep);
            _current.Replace(new ServiceTimeModel(
                baseMs, perItemMs, contention, model.Observations + 1, nowMs, Scatter(model, Math.Abs(elapsedMs - expected))));
        }
    }

    /// <summary>Believes again what was known before: the executor is what it used to be.</summary>
    /// <param name="usual">What it used to be.</param>
    /// <param name="nowMs">The selector's clock, in milliseconds.</param>
    internal void Restore(ServiceTimeModel usual, double nowMs)
    {
        lock (_gate)
        {
            // As if a handful of answers had shown it; the next ones refine it.
            const double answers = 5;
            (_s11, _s12, _s22) = (answers, 0, answers);
            (_t1, _t2) = (answers * usual.BaseMs, answers * usual.PerItemMs);
            (_contentionSquares, _contentionProducts) = (answers, answers * usual.Contention);
            _outlierBefore = 0;
            _current.Replace(usual with { Observations = _current.Value.Observations, ObservedAtMs = nowMs });
        }
    }

    private void LearnContention(
        ServiceTimeModel model, double elapsedMs, int items, long requestsAhead, long itemsAhead, double keep)
    {
        var ahead = (model.BaseMs * requestsAhead) + (model.PerItemMs * itemsAhead);
        if (requestsAhead <= 0 || ahead <= 0 || model.Observations < 2)
        {
            return;
        }

        // In units of the work ahead every answer counts alike, whatever the model's scale.
        var contention = Math.Clamp((elapsedMs - model.ServiceMs(items)) / ahead, 0, MaxContention);
        var weight = Math.Min(requestsAhead, 16);
        _contentionSquares = (_contentionSquares * keep) + weight;
        _contentionProducts = (_contentionProducts * keep) + (weight * contention);
    }

    // How wrong the prior was, which the first answers show, is not how much the executor scatters.
    private static double Scatter(ServiceTimeModel model, double differenceMs) => model.Observations < 2
        ? 0
        : model.ScatterMs + (Math.Max(ScatterShare, 1.0 / (model.Observations - 1)) * (differenceMs - model.ScatterMs));

    private (double BaseMs, double PerItemMs, double Contention) LearnService(
        double elapsedMs, int items, long requestsAhead, long itemsAhead, double keep)
    {
        var contention = (_contentionProducts + (ContentionPull * _prior.Contention)) / (_contentionSquares + ContentionPull);
        var x1 = 1 + (contention * requestsAhead);
        var x2 = items + (contention * itemsAhead);

        // What waits longer also scatters more.
        var weight = 1 / (x1 * x1);
        _pull = Math.Max(LeastPull, _pull * keep);
        _s11 = (_s11 * keep) + (weight * x1 * x1);
        _s12 = (_s12 * keep) + (weight * x1 * x2);
        _s22 = (_s22 * keep) + (weight * x2 * x2);
        _t1 = (_t1 * keep) + (weight * x1 * elapsedMs);
        _t2 = (_t2 * keep) + (weight * x2 * elapsedMs);
        var (baseMs, perItemMs) = Solve();
        return (baseMs, perItemMs, contention);
    }

    // Least squares with both coefficients at least 0: in two dimensions, where one would be negative the optimum has it at 0.
    private (double Base, double PerItem) Solve()
    {
        var (basePull, slopePull) = (_pull * BasePull, _pull * SlopePull);
        var (s11, s22) = (_s11 + basePull, _s22 + slopePull);
        var (t1, t2) = (_t1 + (basePull * _prior.BaseMs), _t2 + (slopePull * _prior.PerItemMs));
        var determinant = (s11 * s22) - (_s12 * _s12);
        if (determinant > 1e-12 * s11 * s22)
        {
            var baseMs = ((t1 * s22) - (t2 * _s12)) / determinant;
            var perItemMs = ((t2 * s11) - (t1 * _s12)) / determinant;
            if (baseMs >= 0 && perItemMs >= 0)
            {
                return (baseMs, perItemMs);
            }

            if (baseMs < 0)
            {
                return (0, Math.Max(0, t2 / s22));
            }
        }

        return (Math.Max(0, t1 / s11), 0);
    }
}
