namespace MuLambda.Scaling;

/// <summary>What happened between two times. A sample that lies in it partly counts in proportion.</summary>
/// <param name="LengthMs">How much of the time samples cover, in milliseconds; 0 where nothing is known.</param>
/// <param name="Requests">Requests that came.</param>
/// <param name="Items">Their examples.</param>
/// <param name="ConcurrencyMs">Milliseconds that requests waited and ran, summed over them.</param>
/// <param name="BusyReplicaMs">Milliseconds that replicas had something to run, summed over them.</param>
/// <param name="ReplicaMs">Milliseconds that replicas were ready, summed over them.</param>
/// <param name="Good">Requests that ended within their client's objective.</param>
/// <param name="Bad">Requests that ended beyond it, or failed.</param>
public readonly record struct DemandWindow(
    double LengthMs,
    double Requests,
    double Items,
    double ConcurrencyMs,
    double BusyReplicaMs,
    double ReplicaMs,
    double Good,
    double Bad)
{
    /// <summary>The mean number of requests that waited or ran; 0 where nothing is known.</summary>
    public double Concurrency => LengthMs > 0 ? ConcurrencyMs / LengthMs : 0;

    /// <summary>The mean number of replicas that had something to run; 0 where nothing is known.</summary>
    public double BusyReplicas => LengthMs > 0 ? BusyReplicaMs / LengthMs : 0;

    /// <summary>The share of the ready replicas' time in which they had something to run; 0 where there was none.</summary>
    public double Utilization => ReplicaMs > 0 ? BusyReplicaMs / ReplicaMs : 0;

    /// <summary>Requests that ended.</summary>
    public double Ended => Good + Bad;

    /// <summary>The share of the ended requests that were within their client's objective; NaN where none ended.</summary>
    public double Attainment => Ended > 0 ? Good / Ended : double.NaN;

    internal static DemandWindow Of(in DemandSample sample, double share = 1)
    {
        var length = sample.LengthMs * share;
        return new(
            length,
            sample.Requests * share,
            sample.Items * share,
            sample.Concurrency * length,
            sample.BusyReplicas * length,
            sample.Replicas * length,
            sample.Good * share,
            sample.Bad * share);
    }

    /// <summary>Both together.</summary>
    public static DemandWindow operator +(in DemandWindow a, in DemandWindow b) => new(
        a.LengthMs + b.LengthMs,
        a.Requests + b.Requests,
        a.Items + b.Items,
        a.ConcurrencyMs + b.ConcurrencyMs,
        a.BusyReplicaMs + b.BusyReplicaMs,
        a.ReplicaMs + b.ReplicaMs,
        a.Good + b.Good,
        a.Bad + b.Bad);

    /// <summary>What the first has beyond the second.</summary>
    public static DemandWindow operator -(in DemandWindow a, in DemandWindow b) => new(
        a.LengthMs - b.LengthMs,
        a.Requests - b.Requests,
        a.Items - b.Items,
        a.ConcurrencyMs - b.ConcurrencyMs,
        a.BusyReplicaMs - b.BusyReplicaMs,
        a.ReplicaMs - b.ReplicaMs,
        a.Good - b.Good,
        a.Bad - b.Bad);

    /// <summary>Both together.</summary>
    public static DemandWindow Add(in DemandWindow left, in DemandWindow right) => left + right;

    /// <summary>What the first has beyond the second.</summary>
    public static DemandWindow Subtract(in DemandWindow left, in DemandWindow right) => left - right;
}
