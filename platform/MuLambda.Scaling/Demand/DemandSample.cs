namespace MuLambda.Scaling;

/// <summary>What happened to a deployment in an interval, over all selectors.</summary>
/// <param name="EndMs">The interval's end, by the scaler's monotonic clock, in milliseconds.</param>
/// <param name="LengthMs">Its length, in milliseconds.</param>
/// <param name="Requests">Requests that came in it.</param>
/// <param name="Items">Their examples.</param>
/// <param name="Concurrency">The mean number of requests that waited or ran.</param>
/// <param name="BusyReplicas">The mean number of replicas that had something to run.</param>
/// <param name="Good">Requests that ended within their client's objective.</param>
/// <param name="Bad">Requests that ended beyond it, or failed.</param>
/// <param name="Waiting">Requests that wait at its end.</param>
/// <param name="WaitingCold">Of these, the ones that wait for the first replica.</param>
/// <param name="InFlight">Requests that run at its end.</param>
/// <param name="P95Ms">The 95th percentile of latencies lately, in milliseconds; NaN where nothing was answered.</param>
/// <param name="Replicas">Replicas that were ready at its end.</param>
public readonly record struct DemandSample(
    double EndMs,
    double LengthMs,
    double Requests,
    double Items,
    double Concurrency,
    double BusyReplicas,
    double Good,
    double Bad,
    int Waiting,
    int WaitingCold,
    int InFlight,
    double P95Ms,
    int Replicas);
