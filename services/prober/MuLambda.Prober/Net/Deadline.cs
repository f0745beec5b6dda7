namespace MuLambda.Prober.Net;

/// <summary>Bounds a call by the clock that everything else goes by.</summary>
internal static class Deadline
{
    /// <summary>Runs a call that is cancelled when the limit has passed.</summary>
    /// <exception cref="TimeoutException">The limit, or one of the connection's own, passed first.</exception>
    public static async Task<T> WithinAsync<T>(
        TimeSpan limit, TimeProvider time, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested
                && (exception is OperationCanceledException
                    || (deadline.IsCancellationRequested && exception is HttpRequestException or IOException)))
        {
            throw new TimeoutException($"no answer within {limit.TotalSeconds:0.##} s", exception);
        }
    }
}
