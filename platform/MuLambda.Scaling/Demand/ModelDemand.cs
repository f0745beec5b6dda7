namespace MuLambda.Scaling;

/// <summary>
/// What one selector knows of the demand for a model version. Counts go on from when the selector began, so that a reader takes differences and loses nothing
/// with a report it missed.
/// </summary>
/// <param name="Model">The model version, <c>name@version</c>.</param>
/// <param name="Requests">Requests for which it was chosen.</param>
/// <param name="Items">Their examples.</param>
/// <param name="BusyMs">Milliseconds that requests spent waiting and running, summed over them: its growth divided by the time is the mean concurrency.</param>
/// <param name="Good">Requests that ended within their client's objective.</param>
/// <param name="Bad">Requests that ended beyond it, or failed.</param>
/// <param name="Waiting">Requests that wait now.</param>
/// <param name="InFlight">Requests that run now.</param>
/// <param name="WaitingCold">Of those that wait, the ones that wait for the first replica to become ready.</param>
/// <param name="TargetMs">The shortest objective among the clients it was chosen for lately, in milliseconds; null where none has one.</param>
/// <param name="Probability">The share of requests that has to be within it; null where none has one.</param>
/// <param name="P95Ms">The 95th percentile of the latencies lately, in milliseconds; null where nothing was answered.</param>
/// <param name="Service">What batches take; null while nothing is known.</param>
/// <param name="BusyReplicaMs">Milliseconds that replicas had something to run, summed over them: its growth divided by the time is the mean number of busy ones.</param>
public sealed record ModelDemand(
    string Model,
    long Requests,
    long Items,
    double BusyMs,
    long Good,
    long Bad,
    int Waiting,
    int InFlight,
    int WaitingCold,
    double? TargetMs = null,
    double? Probability = null,
    double? P95Ms = null,
    ServiceCurve? Service = null,
    double BusyReplicaMs = 0);
