using MuLambda.Scaling;

namespace MuLambda.Scaler.Demand;

/// <summary>
/// Adds up what the selectors report. Their counters go on from the beginning of their lives, so differences lose nothing when a report is missed; a selector's
/// first report tells what came before anybody listened, and counts only where the selector is younger than the listening. Safe for concurrent use.
/// </summary>
/// <param name="sinceMs">When the listening began, in milliseconds.</param>
internal sealed class DemandAggregator(double sinceMs)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SelectorDemand> _selectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DemandCounts> _counts = new(StringComparer.Ordinal);

    /// <summary>Takes a report in.</summary>
    /// <param name="report">The report.</param>
    /// <param name="nowMs">When it came, in milliseconds.</param>
    /// <returns>Whether a request begins to wait for a cold start.</returns>
    public bool Add(DemandReport report, double nowMs)
    {
        lock (_gate)
        {
            var before = _selectors.GetValueOrDefault(report.Selector);
            var isSameLife = before?.Report.Epoch == report.Epoch;
            var isYoung = report.UptimeMs <= nowMs - sinceMs;
            var isWaiting = false;
            foreach (var model in report.Models)
            {
                var last = isSameLife ? before!.Report.Models.FirstOrDefault(other => other.Model == model.Model) : null;
                if (isSameLife || isYoung)
                {
                    CountsOf(NameOf(model.Model)).Add(report.Selector, model, last, report.UptimeMs - (isSameLife ? before!.Report.UptimeMs : 0));
                }

                isWaiting |= model.WaitingCold > (last?.WaitingCold ?? 0);
            }

            _selectors[report.Selector] = new SelectorDemand(report, nowMs);
            return isWaiting;
        }
    }

    /// <summary>Forgets the selectors that are gone.</summary>
    public void Keep(IEnumerable<string> selectors)
    {
        lock (_gate)
        {
            foreach (var gone in _selectors.Keys.Except(selectors, StringComparer.Ordinal).ToList())
            {
                _selectors.Remove(gone);
                foreach (var counts in _counts.Values)
                {
                    counts.Forget(gone);
                }
            }
        }
    }

    /// <summary>Whether every selector reported lately. Without any selector nothing is known.</summary>
    public bool IsFresh(IReadOnlyCollection<string> selectors, double nowMs, double maxAgeMs)
    {
        lock (_gate)
        {
            return selectors.Count > 0
                && selectors.All(selector => _selectors.TryGetValue(selector, out var demand) && nowMs - demand.AtMs <= maxAgeMs);
        }
    }

    /// <summary>What happened to a deployment since it was taken last.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="nowMs">The time, in milliseconds.</param>
    /// <param name="replicas">Its replicas that are ready now.</param>
    public DeploymentDemand Take(string model, double nowMs, int replicas)
    {
        lock (_gate)
        {
            var now = _selectors.Values.SelectMany(selector => selector.Report.Models).Where(demand => NameOf(demand.Model) == model).ToList();
            var sample = CountsOf(model).Take(nowMs, sinceMs) with
            {
                Waiting = now.Sum(demand => demand.Waiting),
                WaitingCold = now.Sum(demand => demand.WaitingCold),
                InFlight = now.Sum(demand => demand.InFlight),
                P95Ms = now.Max(demand => demand.P95Ms) ?? double.NaN,
                Replicas = replicas,
            };
            return new DeploymentDemand(
                sample,
                now.Min(demand => demand.TargetMs),
                now.Max(demand => demand.Probability),
                now.Select(demand => demand.Service).OfType<ServiceCurve>().MaxBy(curve => curve.Observations));
        }
    }

    private DemandCounts CountsOf(string model)
    {
        if (!_counts.TryGetValue(model, out var counts))
        {
            _counts.Add(model, counts = new DemandCounts());
        }

        return counts;
    }

    private static string NameOf(string reference) =>
        reference.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at ? reference[..at] : reference;

    private sealed record SelectorDemand(DemandReport Report, double AtMs);
}
