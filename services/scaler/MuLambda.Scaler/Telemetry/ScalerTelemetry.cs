using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MuLambda.Scaler.Telemetry;

/// <summary>The scaler's spans and instruments.</summary>
internal sealed class ScalerTelemetry
{
    public const string Name = "MuLambda.Scaler";

    private static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> _launches;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _coldStart;
    private volatile IReadOnlyList<ReplicaCounts> _counts = [];

    public ScalerTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _launches = meter.CreateCounter<long>("mulambda.scaler.launches", "{launch}", "Launches that were begun, by mulambda.deployment.");
        _failures = meter.CreateCounter<long>(
            "mulambda.scaler.launch_failures", "{launch}", "Launches that were given up and replicas that ended by themselves, by mulambda.deployment.");
        _coldStart = meter.CreateHistogram<double>(
            "mulambda.scaler.cold_start", "s", "From the decision to the replica that serves, by mulambda.deployment.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2, 2, 4, 8, 15, 30, 60] });
        meter.CreateObservableGauge(
            "mulambda.scaler.replicas", Measure, "{replica}", "Replicas, by mulambda.deployment and mulambda.state: desired, ready or starting.");
    }

    /// <summary>Tells how many replicas there are.</summary>
    public void Replicas(IReadOnlyList<ReplicaCounts> counts) => _counts = counts;

    public void Launched(string deployment) => _launches.Add(1, Deployment(deployment));

    public void Failed(string deployment) => _failures.Add(1, Deployment(deployment));

    /// <summary>A replica serves.</summary>
    /// <param name="deployment">Its deployment.</param>
    /// <param name="executor">Its executor.</param>
    /// <param name="from">When it was decided.</param>
    /// <param name="to">When it served.</param>
    public void Ready(string deployment, string executor, DateTimeOffset from, DateTimeOffset to)
    {
        _coldStart.Record((to - from).TotalSeconds, Deployment(deployment));
        using var span = Source.StartActivity("launch", ActivityKind.Internal, default(ActivityContext), startTime: from);
        span?.SetTag("mulambda.deployment", deployment).SetTag("mulambda.executor", executor).SetEndTime(to.UtcDateTime);
    }

    private IEnumerable<Measurement<int>> Measure() => _counts.SelectMany(counts => (Measurement<int>[])
    [
        new(counts.Desired, Deployment(counts.Deployment), State("desired")),
        new(counts.Ready, Deployment(counts.Deployment), State("ready")),
        new(counts.Starting, Deployment(counts.Deployment), State("starting")),
    ]);

    private static KeyValuePair<string, object?> Deployment(string name) => new("mulambda.deployment", name);

    private static KeyValuePair<string, object?> State(string name) => new("mulambda.state", name);
}
