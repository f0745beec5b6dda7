using System.Diagnostics.Metrics;
using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Prober;

/// <summary>The prober's instruments.</summary>
internal sealed class ProberMetrics
{
    public const string MeterName = "MuLambda.Prober";

    private readonly Meter _meter;
    private readonly Histogram<double> _roundTrips;
    private readonly Counter<long> _failures;

    public ProberMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _roundTrips = _meter.CreateHistogram<double>(
            "mulambda.prober.round_trip", "s", "The round trips to clients that were measured, timeouts at their full length.");
        _failures = _meter.CreateCounter<long>(
            "mulambda.prober.probe_failures", "{probe}", "The probes without a round trip, by mulambda.reason: timeout, refused or error.");
    }

    public void RoundTrip(TimeSpan duration) => _roundTrips.Record(duration.TotalSeconds);

    /// <param name="reason"><c>timeout</c>, <c>refused</c> or <c>error</c>.</param>
    public void Failed(string reason) => _failures.Add(1, new KeyValuePair<string, object?>("mulambda.reason", reason));

    /// <summary>Has the executors counted by state whenever the metrics are read.</summary>
    public void ObserveExecutors(Func<IEnumerable<ExecutorState>> states) =>
        _meter.CreateObservableGauge(
            "mulambda.prober.executors",
            () => Count(states()),
            "{executor}",
            "The executors accompanied, by mulambda.state.");

    private static IEnumerable<Measurement<int>> Count(IEnumerable<ExecutorState> states)
    {
        var counts = states.CountBy(state => state).ToDictionary();
        return Enum.GetValues<ExecutorState>().Select(state => new Measurement<int>(
            counts.GetValueOrDefault(state),
            new KeyValuePair<string, object?>("mulambda.state", JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString()))));
    }
}
