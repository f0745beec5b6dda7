namespace MuLambda.Selection;

/// <summary>
/// What is known of how long predictions take: <c>service(n) = base + perItem * n</c>, and how much of the work
/// that is ahead in the executor delays a newcomer.
/// </summary>
/// <param name="BaseMs">The part of a prediction that does not depend on its items, in milliseconds, at least 0.</param>
/// <param name="PerItemMs">What every item adds, in milliseconds, at least 0.</param>
/// <param name="Contention">
/// The share of the work ahead that a newcomer waits for: 1 for an executor that answers one request after the
/// other, 1/p for one that runs p at a time, above 1 where requests slow each other down.
/// </param>
/// <param name="Observations">How many answers it rests on; 0 for a prior.</param>
/// <param name="ObservedAtMs">When the last of them came, in milliseconds of the selector's clock.</param>
/// <param name="ScatterMs">How far answers lie from what the model says, in the mean, in milliseconds.</param>
public readonly record struct ServiceTimeModel(
    double BaseMs, double PerItemMs, double Contention = 1, long Observations = 0, double ObservedAtMs = 0,
    double ScatterMs = 0)
{
    /// <summary>The service time of a request alone in its executor.</summary>
    /// <param name="items">How many examples it carries.</param>
    /// <returns>Milliseconds.</returns>
    public double ServiceMs(int items) => BaseMs + (PerItemMs * items);

    /// <summary>How long a request waits behind others.</summary>
    /// <param name="requestsAhead">The requests in flight before it.</param>
    /// <param name="itemsAhead">The examples those carry together.</param>
    /// <returns>Milliseconds.</returns>
    public double WaitMs(long requestsAhead, long itemsAhead) =>
        Contention * ((BaseMs * requestsAhead) + (PerItemMs * itemsAhead));
}
