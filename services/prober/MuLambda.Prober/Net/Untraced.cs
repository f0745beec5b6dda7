namespace MuLambda.Prober.Net;

/// <summary>
/// HTTP without spans and trace headers: what the prober asks every second would bury the traces of inferences.
/// </summary>
internal static class Untraced
{
    /// <summary>A client with nothing between it and the address: no proxy, redirect, cookie or retry.</summary>
    /// <param name="baseAddress">Where it asks; null for absolute URLs.</param>
    /// <param name="maxAnswerBytes">The largest answer it buffers.</param>
    /// <returns>The client, whose deadlines are the caller's.</returns>
    public static HttpClient CreateClient(Uri? baseAddress, long maxAnswerBytes) =>
        new(CreateHandler(), disposeHandler: true)
        {
            BaseAddress = baseAddress,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = maxAnswerBytes,
        };

    public static SocketsHttpHandler CreateHandler() => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
    };

    /// <summary>The URL as a base that relative paths are appended to.</summary>
    public static Uri AsBase(Uri url) => url.AbsoluteUri.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
}
