namespace MuLambda.Scaler.Following;

/// <summary>HTTP without spans and trace headers: what is asked all the time would bury the traces of inferences.</summary>
internal static class Untraced
{
    /// <summary>A client with nothing between it and the address: no proxy, redirect, cookie or retry; its deadlines are the caller's.</summary>
    /// <param name="baseAddress">Where it asks; null for absolute URLs.</param>
    public static HttpClient CreateClient(Uri? baseAddress) =>
        new(
            new SocketsHttpHandler
            {
                ActivityHeadersPropagator = null,
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(2),
                PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            },
            disposeHandler: true)
        {
            BaseAddress = baseAddress is null ? null : AsBase(baseAddress),
            Timeout = Timeout.InfiniteTimeSpan,
        };

    /// <summary>The URL as a base that relative paths are appended to.</summary>
    public static Uri AsBase(Uri url) => url.AbsoluteUri.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/");
}
