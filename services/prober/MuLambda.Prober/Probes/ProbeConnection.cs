using MuLambda.Prober.Net;

namespace MuLambda.Prober.Probes;

/// <summary>
/// The kept-alive connection to one probe endpoint, of a client or of another prober. Each has its own, so that a round trip never waits
/// for another's and a new connection is told from a warm one.
/// </summary>
internal sealed class ProbeConnection : IDisposable
{
    /// <summary>A client's answer has no body at all, a prober's a short one; what is read keeps the connection usable.</summary>
    private const int MaxBodyBytes = 4096;
    private const int MaxHeaderKilobytes = 16;

    private readonly Uri _endpoint;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private readonly Func<CancellationToken, Task> _leave;
    private volatile bool _connected;

    public ProbeConnection(
        Uri endpoint, ProbeConnector connector, TimeSpan timeout, TimeSpan idle, TimeProvider time, Func<CancellationToken, Task>? leave = null)
    {
        _endpoint = endpoint;
        _timeout = timeout;
        _time = time;
        _leave = leave ?? (static _ => Task.CompletedTask);
        var handler = Untraced.CreateHandler();
        handler.MaxConnectionsPerServer = 1;
        handler.MaxResponseHeadersLength = MaxHeaderKilobytes;
        handler.MaxResponseDrainSize = 0;
        handler.ConnectTimeout = timeout;
        handler.PooledConnectionIdleTimeout = idle;
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            _connected = true;
            return await connector.ConnectAsync(context.DnsEndPoint, cancellationToken);
        };
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Measures a round trip. Where that needed a new connection, it is thrown away and measured again.</summary>
    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            _connected = false;
            var result = await AttemptAsync(cancellationToken);
            if (result is not ProbeResult.Answered || !_connected)
            {
                return result;
            }
        }

        return new ProbeResult.Failed("It closes the connection after each answer, so there is no warm round trip to measure.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<ProbeResult> AttemptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Deadline.WithinAsync(_timeout, _time, MeasureAsync, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new ProbeResult.TimedOut(_timeout);
        }
        catch (HttpRequestException exception) when (exception.InnerException is ProbeRefusedException refused)
        {
            return new ProbeResult.Refused(refused.Message);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whoever registers a client chooses the URL; no oddity of it may end the probing of others.
            return new ProbeResult.Failed(exception.Message);
        }
    }

    private async Task<ProbeResult> MeasureAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _endpoint);
        var start = _time.GetTimestamp();
        await _leave(cancellationToken);
        using var response = await _http.SendAsync(request, cancellationToken);
        var roundTrip = _time.GetElapsedTime(start);
        if (!response.IsSuccessStatusCode)
        {
            return new ProbeResult.Failed($"It answers {(int)response.StatusCode}.");
        }

        return await ReadWithinLimitAsync(response, cancellationToken) is { } body
            ? new ProbeResult.Answered(roundTrip, body)
            : new ProbeResult.Failed($"It answers with more than {MaxBodyBytes} bytes.");
    }

    private static async Task<byte[]?> ReadWithinLimitAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBodyBytes + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read > MaxBodyBytes ? null : buffer[..read];
    }
}
