namespace MuLambda.Selection;

/// <summary>
/// What is known of how long predictions take: <c>service(n) = base + perItem * n</c>, and how much requests that are ahead in the
/// executor delay a newcomer: <c>wait(k, m) = waitPerRequest * k + waitPerItem * m</c>.
/// </summary>
/// <param name="BaseMs">The part of a prediction that does not depend on its items, in milliseconds, at least 0.</param>
/// <param name="PerItemMs">What every item adds, in milliseconds, at least 0.</param>
/// <param name="WaitPerRequestMs">
/// What every request ahead adds, in milliseconds, at least 0: <paramref name="BaseMs"/> where an executor answers one request after the other, a share
/// of it where it runs several at a time, more where requests slow each other down.
/// </param>
/// <param name="WaitPerItemMs">What every item of the requests ahead adds, likewise.</param>
/// <param name="Observations">How many answers it rests on; 0 for a prior.</param>
/// <param name="ObservedAtMs">When the last of them came, in milliseconds of the selector's clock.</param>
/// <param name="ScatterMs">How far answers lie from what the model says, in the mean, in milliseconds.</param>
public readonly record struct ServiceTimeModel(
    double BaseMs, double PerItemMs, double WaitPerRequestMs, double WaitPerItemMs, long Observations = 0, double ObservedAtMs = 0,
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
        (WaitPerRequestMs * requestsAhead) + (WaitPerItemMs * itemsAhead);
}
