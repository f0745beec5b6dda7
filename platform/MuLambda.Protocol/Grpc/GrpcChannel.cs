using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace MuLambda.Protocol.Grpc;

/// <summary>
/// Connections to one gRPC server: HTTP/2 without TLS, or gRPC-Web over HTTP/1.1, over TCP or a Unix domain socket. Thread-safe; meant to
/// live as long as the server is called. Calls in flight share connections of HTTP/2 and carry the current activity's W3C trace context.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly GrpcChannelOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentDictionary<string, Uri> _uris = new(StringComparer.Ordinal);

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
        _http = new HttpMessageInvoker(GrpcHttpHandler.Create(address, _options));
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
        where TResponse : class, IMessage<TResponse> => (await TryUnaryAsync(method, request, options, cancellationToken)).OrThrow();

    /// <summary>
    /// Calls a unary method whose server may refuse calls by thousands: what it refuses is no exception, which would cost several times what the answer does.
    /// </summary>
    /// <typeparam name="TRequest">The request message.</typeparam>
    /// <typeparam name="TResponse">The response message.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="request">The request; not kept after the call.</param>
    /// <param name="options">Deadline, metadata, limits of this call.</param>
    /// <param name="cancellationToken">Gives the call up; it then ends as CANCELLED.</param>
    /// <returns>The answer, or the status that the server gave the call.</returns>
    /// <exception cref="GrpcException">The call failed otherwise: as from
    /// <see cref="UnaryAsync{TRequest, TResponse}(GrpcMethod{TRequest, TResponse}, TRequest, GrpcCallOptions?, CancellationToken)"/>.</exception>
    public Task<GrpcResult<TResponse>> TryUnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(
            method, request, static (channel, path, content, timeout, options) => channel.CreateRequest(path, content, timeout, options), options,
            cancellationToken);
    }

    /// <summary>Calls a method that answers with one message, with a request that writes itself.</summary>
    /// <typeparam name="TRequest">The request message as the method has it.</typeparam>
    /// <typeparam name="TResponse">The answer.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="payload">The request; not kept after the call. It is sent as it is, without compression.</param>
    /// <param name="options">Deadline, metadata, limits of this call.</param>
    /// <param name="cancellationToken">Gives the call up; it then ends as CANCELLED.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="GrpcException">The call's status where it is not OK.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        IGrpcPayload payload,
        GrpcCallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(payload);
        var result = await CallAsync(
            method, payload, static (channel, path, content, timeout, options) => channel.CreateRequest(path, content, timeout, options), options,
            cancellationToken);
        return result.OrThrow();
    }

    private async Task<GrpcResult<TResponse>> CallAsync<TRequest, TResponse, TContent>(
        GrpcMethod<TRequest, TResponse> method,
        TContent content,
        Func<GrpcChannel, string, TContent, TimeSpan?, GrpcCallOptions?, HttpRequestMessage> create,
        GrpcCallOptions? options,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var timeout = TimeLeft(options) ?? _options.DefaultTimeout;
        GrpcCall.RequireTime(method.Path, timeout);
        using var message = create(this, method.Path, content, timeout, options);
        using var call = new GrpcCall(method.Path, Address, timeout, _options.TimeProvider, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(message, call.Token);
            if (GrpcResponse.Begin(method.Path, response, _options.Web, options, out var encoding) is { } refused)
            {
                return new GrpcResult<TResponse>(null, refused);
            }

            await using var body = await response.Content.ReadAsStreamAsync(call.Token);
            var limit = options?.MaxReceiveBytes ?? _options.MaxReceiveBytes;
            var answer = await (_options.Web
                ? GrpcWebFraming.ReadUnaryAsync(body, method.ResponseParser, limit, encoding, response.TrailingHeaders, call.Token)
                : GrpcFraming.ReadUnaryAsync(body, method.ResponseParser, limit, encoding, call.Token));
            return GrpcResponse.End(method.Path, response, options) is { } failure ? new GrpcResult<TResponse>(null, failure)
                : answer is not null ? new GrpcResult<TResponse>(answer, null)
                : throw new GrpcException(StatusCode.Internal, $"The answer to {method.Path} has no message.");
        }
        catch (Exception e) when (call.Explain(e) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Calls a method that answers with a stream of messages.</summary>
    /// <typeparam name="TRequest">The request message.</typeparam>
    /// <typeparam name="TResponse">The messages of the answer.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="request">The request; not kept after the call.</param>
    /// <param name="options">Deadline, metadata, limits of this call. Without a deadline the stream has none.</param>
    /// <param name="cancellationToken">Gives the call up; it then ends as CANCELLED.</param>
    /// <returns>The messages as they come; the call begins with the enumeration and is given up where that ends early.</returns>
    /// <exception cref="GrpcException">The call's status where it is not OK, after the messages that came before it.</exception>
    public async IAsyncEnumerable<TResponse> ServerStreamingAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        var timeout = TimeLeft(options);
        using var call = new GrpcCall(method.Path, Address, timeout, _options.TimeProvider, cancellationToken);
        using var message = CreateRequest(method.Path, request, timeout, options);
        using var response = await ExplainedAsync(call, _http.SendAsync(message, call.Token));
        if (GrpcResponse.Begin(method.Path, response, _options.Web, options, out var encoding) is { } refused)
        {
            throw refused;
        }

        var body = PipeReader.Create(await response.Content.ReadAsStreamAsync(call.Token));
        try
        {
            while (await ExplainedAsync(call, NextAsync().AsTask()) is { } next)
            {
                yield return next;
            }

            if (GrpcResponse.End(method.Path, response, options) is { } failure)
            {
                throw failure;
            }
        }
        finally
        {
            await body.CompleteAsync();
        }

        ValueTask<TResponse?> NextAsync()
        {
            var limit = options?.MaxReceiveBytes ?? _options.MaxReceiveBytes;
            return _options.Web
                ? GrpcWebFraming.ReadNextAsync(body, method.ResponseParser, limit, encoding, response.TrailingHeaders, call.Token)
                : GrpcFraming.ReadNextAsync(body, method.ResponseParser, limit, encoding, call.Token);
        }
    }

    /// <summary>Closes the connections; calls in flight fail.</summary>
    public void Dispose() => _http.Dispose();

    private static async Task<T> ExplainedAsync<T>(GrpcCall call, Task<T> step)
    {
        try
        {
            return await step;
        }
        catch (Exception e) when (call.Explain(e) is { } failure)
        {
            throw failure;
        }
    }

    private TimeSpan? TimeLeft(GrpcCallOptions? options)
    {
        var timeout = options?.Timeout;
        if (options?.Deadline is { } deadline)
        {
            var left = deadline - _options.TimeProvider.GetUtcNow();
            timeout = timeout is { } t && t < left ? t : left;
        }

        // Timers reach about 49 days; a call without end stays one in practice.
        var longest = TimeSpan.FromDays(40);
        return timeout > longest ? longest : timeout;
    }

    private HttpRequestMessage CreateRequest(string path, IMessage request, TimeSpan? timeout, GrpcCallOptions? options)
    {
        var size = request.CalculateSize();
        var encoding = options?.Encoding ?? GrpcEncoding.Identity;
        var frame = new PooledBuffer(GrpcFraming.HeaderBytes + Math.Min(size, _options.MaxSendBytes));
        try
        {
            GrpcFraming.Write(frame, request, _options.MaxSendBytes, encoding);
        }
        catch
        {
            frame.Dispose();
            throw;
        }

        return CreateRequest(path, frame, encoding, timeout, options);
    }

    private HttpRequestMessage CreateRequest(string path, IGrpcPayload payload, TimeSpan? timeout, GrpcCallOptions? options)
    {
        if (payload.Size > _options.MaxSendBytes)
        {
            throw new GrpcException(
                StatusCode.ResourceExhausted, $"The message to send has {payload.Size} bytes; the limit is {_options.MaxSendBytes}.");
        }

        var frame = new PooledBuffer(GrpcFraming.HeaderBytes + payload.Size);
        try
        {
            GrpcFraming.Write(frame, payload);
        }
        catch
        {
            frame.Dispose();
            throw;
        }

        return CreateRequest(path, frame, GrpcEncoding.Identity, timeout, options);
    }

    private HttpRequestMessage CreateRequest(
        string path, PooledBuffer frame, GrpcEncoding encoding, TimeSpan? timeout, GrpcCallOptions? options)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _uris.GetOrAdd(path, static (p, address) => new Uri(address, p), Address.Uri))
        {
            Version = _options.Web ? HttpVersion.Version11 : HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new GrpcRequestContent(frame, _options.Web),
        };
        var headers = message.Headers;
        if (!_options.Web)
        {
            headers.TryAddWithoutValidation("TE", "trailers");
        }

        headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GrpcEncodings.Accepted);
        if (encoding == GrpcEncoding.Gzip)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Encoding, GrpcEncodings.Gzip);
        }

        if (timeout is { } limit)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Format(limit));
        }

        DistributedContextPropagator.Current.Inject(Activity.Current, headers, static (carrier, name, value) =>
            ((HttpRequestHeaders)carrier!).TryAddWithoutValidation(name, value));
        if (options is { Metadata.Count: > 0 })
        {
            foreach (var (name, value) in options.Metadata)
            {
                headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }
}
