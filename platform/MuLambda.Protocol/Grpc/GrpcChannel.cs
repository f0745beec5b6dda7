using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>
/// Connections to one gRPC server: HTTP/2 without TLS over TCP or a Unix domain socket. Thread-safe; meant to live as
/// long as the server is called. Calls in flight share connections and carry the current activity's W3C trace context.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly GrpcChannelOptions _options;
    private readonly HttpMessageInvoker _http;

    /// <summary>Creates a channel; the first call connects.</summary>
    /// <param name="address">Where the server listens.</param>
    /// <param name="options">Connection settings and limits.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is not positive.</exception>
    public GrpcChannel(GrpcAddress address, GrpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _options = options ?? new GrpcChannelOptions();
        _options.Validate();
        Address = address;
        _http = new HttpMessageInvoker(CreateHandler(address, _options));
    }

    /// <summary>Where the server listens.</summary>
    public GrpcAddress Address { get; }

    /// <summary>Creates a channel to <c>http://host:port</c> or <c>unix:/path</c>.</summary>
    /// <param name="address">Where the server listens.</param>
    /// <param name="options">Connection settings and limits.</param>
    /// <exception cref="FormatException">The address cannot be read.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions? options = null) =>
        new(GrpcAddress.Parse(address), options);

    /// <summary>Calls a unary method.</summary>
    /// <typeparam name="TRequest">The request message.</typeparam>
    /// <typeparam name="TResponse">The response message.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="request">The request; not kept after the call.</param>
    /// <param name="options">Deadline, metadata, limits of this call.</param>
    /// <param name="cancellationToken">Gives the call up; it then ends as CANCELLED.</param>
    /// <returns>The response of a call whose status is OK.</returns>
    /// <exception cref="GrpcException">The call's status otherwise: the server's own, DEADLINE_EXCEEDED, CANCELLED,
    /// UNAVAILABLE where the server cannot be reached or the connection breaks, RESOURCE_EXHAUSTED over a size limit.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        var timeout = TimeLeft(options);
        if (timeout <= TimeSpan.Zero)
        {
            throw DeadlineExceeded(method.Path, null);
        }

        using var deadline = new CancellationTokenSource(timeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var message = CreateRequest(method.Path, request, timeout, options);
        try
        {
            using var response = await _http.SendAsync(message, linked.Token);
            return await ReadResponseAsync(method, response, options?.MaxReceiveBytes ?? _options.MaxReceiveBytes, linked.Token);
        }
        catch (Exception e) when (e is not GrpcException && cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(StatusCode.Cancelled, $"The call of {method.Path} was cancelled.", e);
        }
        catch (Exception e) when (e is not GrpcException && deadline.IsCancellationRequested)
        {
            throw DeadlineExceeded(method.Path, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // A connection attempt that takes too long surfaces as a cancellation nobody asked for.
            throw GrpcErrors.FromFailure(e, Address);
        }
    }

    /// <summary>Closes the connections; calls in flight fail.</summary>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler(GrpcAddress address, GrpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = options.IdleTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            InitialHttp2StreamWindowSize = 1024 * 1024,
        };
        if (address.SocketPath is { } path)
        {
            var endpoint = new UnixDomainSocketEndPoint(path);
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endpoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        return handler;
    }

    private static GrpcException DeadlineExceeded(string path, Exception? cause) =>
        new(StatusCode.DeadlineExceeded, $"The deadline of the call of {path} passed.", cause);

    private TimeSpan TimeLeft(GrpcCallOptions? options)
    {
        var timeout = options?.Timeout;
        if (options?.Deadline is { } deadline)
        {
            var left = deadline - _options.TimeProvider.GetUtcNow();
            timeout = timeout is { } t && t < left ? t : left;
        }

        // Timers reach about 49 days; a call without end stays one in practice.
        var longest = TimeSpan.FromDays(40);
        return timeout is { } chosen ? (chosen < longest ? chosen : longest) : _options.DefaultTimeout;
    }

    private HttpRequestMessage CreateRequest(string path, IMessage request, TimeSpan timeout, GrpcCallOptions? options)
    {
        var size = request.CalculateSize();
        var frame = new PooledBuffer(GrpcFraming.HeaderBytes + Math.Min(size, _options.MaxSendBytes));
        try
        {
            GrpcFraming.Write(frame, request, _options.MaxSendBytes);
        }
        catch
        {
            frame.Dispose();
            throw;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Address.Uri, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new GrpcRequestContent(frame),
        };
        message.Headers.TryAddWithoutValidation("TE", "trailers");
        message.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Format(timeout));
        foreach (var (name, value) in options?.Metadata ?? [])
        {
            message.Headers.Add(name, value);
        }

        return message;
    }

    private static async Task<TResponse> ReadResponseAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        // Where there is nothing but a status, the trailers come as the only headers.
        ThrowUnlessOk(response.Headers, out _);
        if (response.StatusCode != HttpStatusCode.OK || !GrpcHeaders.IsGrpc(response.Content.Headers.ContentType?.MediaType))
        {
            var status = response.StatusCode == HttpStatusCode.OK ? StatusCode.Unknown : GrpcErrors.FromHttpStatus(response.StatusCode);
            throw new GrpcException(status, $"The answer to {method.Path} is not gRPC: HTTP status {(int)response.StatusCode}, content type '{response.Content.Headers.ContentType}'.");
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var answer = await GrpcFraming.ReadUnaryAsync(body, method.ResponseParser, maxBytes, cancellationToken);
        ThrowUnlessOk(response.TrailingHeaders, out var found);
        if (!found && !response.Headers.Contains(GrpcHeaders.Status))
        {
            throw new GrpcException(StatusCode.Unknown, $"The answer to {method.Path} ends without a {GrpcHeaders.Status}.");
        }

        return answer ?? throw new GrpcException(StatusCode.Internal, $"The answer to {method.Path} has no message.");
    }

    private static void ThrowUnlessOk(System.Net.Http.Headers.HttpResponseHeaders headers, out bool found)
    {
        found = headers.NonValidated.TryGetValues(GrpcHeaders.Status, out var values);
        if (!found)
        {
            return;
        }

        if (!int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new GrpcException(StatusCode.Unknown, $"The answer's {GrpcHeaders.Status} '{values}' is no number.");
        }

        if (number != (int)StatusCode.Ok)
        {
            var text = headers.NonValidated.TryGetValues(GrpcHeaders.Message, out var encoded)
                ? GrpcStatusText.Decode(encoded.ToString())
                : string.Empty;
            throw new GrpcException(Enum.IsDefined((StatusCode)number) ? (StatusCode)number : StatusCode.Unknown, text);
        }
    }
}
