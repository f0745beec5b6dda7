using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;

namespace MuLambda.ServiceDefaults.Grpc;

/// <summary>
/// Answers the calls of one method: everything around its handler, which writes the messages of a stream, or else returns the message of its answer.
/// </summary>
internal sealed partial class GrpcServerCall<TRequest>(
    string path,
    MessageParser<TRequest> parser,
    Func<TRequest, GrpcServerContext, Task<IMessage?>> answer,
    GrpcServerOptions options,
    TimeProvider time,
    ILogger logger)
    where TRequest : class, IMessage<TRequest>
{
    // Timers reach about 49 days.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(40);

    public async Task InvokeAsync(HttpContext context)
    {
        if (!GrpcServerResponse.Begin(context, options.Web))
        {
            return;
        }

        // The message limit counts for gRPC, with an answer that names it.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var arrived = time.GetTimestamp();
        var ended = StatusCode.Ok;
        CancellationTokenSource? deadline = null;
        GrpcServerContext? call = null;
        try
        {
            (call, deadline) = Begin(context, arrived);
            await AnswerAsync(context, call);
            if (call.Failure is { } failure)
            {
                ended = Fail(failure, context, call, deadline);
            }
            else
            {
                call.Succeed();
            }
        }
        catch (Exception e)
        {
            ended = Fail(e, context, call, deadline);
        }
        finally
        {
            call?.Release();
            deadline?.Dispose();
            options.Ended?.Invoke(ended, time.GetElapsedTime(arrived));
        }
    }

    private StatusCode Fail(Exception e, HttpContext context, GrpcServerContext? call, CancellationTokenSource? deadline)
    {
        var (status, message) = Describe(e, context, call, deadline);
        foreach (var trailer in (e as GrpcException)?.Trailers ?? [])
        {
            call?.ResponseTrailers.Add(trailer);
        }

        if (call is null)
        {
            GrpcServerResponse.Fail(context, status, message, (e as GrpcException)?.RetryAfter);
        }
        else
        {
            call.Fail(status, message, (e as GrpcException)?.RetryAfter);
        }

        return status;
    }

    private (GrpcServerContext Call, CancellationTokenSource? Deadline) Begin(HttpContext context, long arrived)
    {
        var cancellation = context.RequestAborted;
        var timeout = ReadTimeout(context.Request.Headers[GrpcHeaders.Timeout]);
        var asked = timeout;
        DateTimeOffset? due = timeout is { } left ? time.GetUtcNow() + left : null;
        if (options.MaxDuration is { } most && !(timeout < most))
        {
            timeout = most;
        }

        CancellationTokenSource? deadline = null;
        if (timeout is { } limit)
        {
            deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            deadline.CancelAfter(limit);
            cancellation = deadline.Token;
        }

        return (new GrpcServerContext(context, options.MaxSendBytes, arrived, asked, due, cancellation), deadline);
    }

    private async Task AnswerAsync(HttpContext context, GrpcServerContext call)
    {
        var encoding = ReadEncoding(context, call);
        using var admitted = options.Admit?.Invoke();
        var limit = options.ReadTimeout?.Invoke(context);
        var body = context.Request.BodyReader;
        var request = await ReadWithinAsync(
            static (from, token) => GrpcFraming.ReadNextAsync(from.body, from.parser, from.MaxReceiveBytes, from.encoding, token),
            (body, parser, options.MaxReceiveBytes, encoding), limit, call.CancellationToken)
            ?? throw new GrpcException(StatusCode.Internal, "The call has no request message.");
        call.CancellationToken.ThrowIfCancellationRequested();

        // The end of the request often comes in a packet of its own: the message need not wait for it, only the answer.
        var message = await answer(request, call);
        if (call.Failure is not null)
        {
            return;
        }

        if (!GrpcFraming.TryReadEnd(body))
        {
            await ReadWithinAsync(
                static async (from, token) =>
                {
                    await GrpcFraming.ReadEndAsync(from.body, token);
                    return from.request;
                },
                (body, request),
                limit,
                call.CancellationToken);
        }

        if (message is not null)
        {
            call.WriteOnly(message);
        }
    }

    private static async ValueTask<TRequest?> ReadWithinAsync<TFrom>(
        Func<TFrom, CancellationToken, ValueTask<TRequest?>> reads, TFrom from, TimeSpan? within, CancellationToken cancellationToken)
    {
        if (within is not { } limit)
        {
            return await reads(from, cancellationToken);
        }

        // A message that is there already, as most are, needs no timer.
        var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var read = reads(from, reading.Token);
            if (!read.IsCompleted)
            {
                reading.CancelAfter(limit);
            }

            return await read;
        }
        catch (OperationCanceledException e) when (reading.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(
                StatusCode.DeadlineExceeded,
                string.Create(CultureInfo.InvariantCulture, $"The message of the call did not arrive within {limit.TotalMilliseconds:0} ms."), e);
        }
        finally
        {
            reading.Dispose();
        }
    }

    /// <summary>Who sends in gzip is answered in gzip; whoever only accepts it is spared the time it takes.</summary>
    private static GrpcEncoding ReadEncoding(HttpContext context, GrpcServerContext call)
    {
        if (context.Request.Headers[GrpcHeaders.Encoding] is not [{ } name])
        {
            return GrpcEncoding.Identity;
        }

        context.Response.Headers[GrpcHeaders.AcceptEncoding] = GrpcEncodings.Accepted;
        var encoding = GrpcEncodings.Parse(name);
        if (encoding == GrpcEncoding.Gzip && GrpcEncodings.Lists(context.Request.Headers[GrpcHeaders.AcceptEncoding], GrpcEncodings.Gzip))
        {
            call.ResponseEncoding = GrpcEncoding.Gzip;
        }

        return encoding;
    }

    private (StatusCode Status, string Message) Describe(
        Exception e, HttpContext context, GrpcServerContext? call, CancellationTokenSource? deadline)
    {
        if (e is GrpcException grpc)
        {
            return (grpc.StatusCode, grpc.Message);
        }

        if (context.RequestAborted.IsCancellationRequested || e is ConnectionResetException or ConnectionAbortedException)
        {
            return (StatusCode.Cancelled, "The caller went away.");
        }

        if (e is OperationCanceledException && deadline is { IsCancellationRequested: true })
        {
            var own = options.MaxDuration is { } most && (call?.Deadline is not { } due || time.GetUtcNow() < due) ? most : (TimeSpan?)null;
            return (StatusCode.DeadlineExceeded, own is { } limit
                ? string.Create(CultureInfo.InvariantCulture, $"The call of {path} did not end within {limit.TotalSeconds} s, which is the server's limit.")
                : $"The deadline of the call of {path} passed.");
        }

        if (e is BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout })
        {
            return (StatusCode.DeadlineExceeded, "The message of the call arrives too slowly.");
        }

        LogFailed(logger, path, e);
        return (StatusCode.Internal, "The server failed to answer the call.");
    }

    private static TimeSpan? ReadTimeout(string? header)
    {
        if (header is null)
        {
            return null;
        }

        if (!GrpcTimeout.TryParse(header, out var timeout))
        {
            throw new GrpcException(
                StatusCode.InvalidArgument,
                string.Create(CultureInfo.InvariantCulture, $"The header {GrpcHeaders.Timeout} is '{header}'; expected one to eight digits and a unit of H, M, S, m, u, n."));
        }

        return timeout < LongestTimeout ? timeout : LongestTimeout;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The gRPC call {Method} failed")]
    private static partial void LogFailed(ILogger logger, string method, Exception exception);
}
