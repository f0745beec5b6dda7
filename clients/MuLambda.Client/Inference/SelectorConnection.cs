using System.Globalization;
using System.Net;
using MuLambda.Timing;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MuLambda.Client;

/// <summary>
/// Sends calls to the selector within one deadline. Inference is idempotent, so a call is sent again when the connection
/// fails or the selector is busy (429, 503), for as long as the deadline and the number of attempts allow.
/// </summary>
internal sealed class SelectorConnection : IDisposable
{
    private static readonly ResiliencePropertyKey<Call> CallKey = new("mulambda.call");

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly OutsideReport _outside = new();
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public SelectorConnection(Uri selector, CallOptions options, TimeProvider time)
    {
        _time = time;
        _timeout = options.Timeout ?? CallOptions.DefaultTimeout;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_timeout, TimeSpan.Zero, "Timeout");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_timeout, CallOptions.LongestTimeout, "Timeout");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1, "MaxAttempts");
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,

            // A proxy of the environment does not know the platform's own addresses.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            BaseAddress = Addresses.Base(selector),
            MaxResponseContentBufferSize = options.MaxAnswerBytes,

            // The pipeline's deadline spans the retries; a second one per attempt would only hide it.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _pipeline = BuildPipeline(options.MaxAttempts);
    }

    /// <summary>Posts a JSON body and returns the successful answer, read to its end.</summary>
    /// <returns>The answer and the number of attempts it took.</returns>
    /// <exception cref="MuLambdaException">The call failed.</exception>
    public Task<(HttpResponseMessage Response, int Attempts)> PostAsync(
        string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        PostAsync(path, body, priority: null, cancellationToken);

    /// <summary>Posts a JSON body of some importance, as <see cref="PostAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/> does.</summary>
    public async Task<(HttpResponseMessage Response, int Attempts)> PostAsync(
        string path, ReadOnlyMemory<byte> body, int? priority, CancellationToken cancellationToken)
    {
        var call = new Call(_time, _timeout);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallKey, call);
        try
        {
            var response = await _pipeline.ExecuteAsync(
                async attempt => await SendAsync(path, body, priority, call, attempt.CancellationToken).ConfigureAwait(false),
                context).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return (response, call.Attempts);
            }

            using (response)
            {
                throw await ProblemReader.ReadAsync(response, _time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (TimeoutRejectedException e)
        {
            throw new MuLambdaException(
                MuLambdaFailure.TimedOut,
                $"{_http.BaseAddress} did not answer within {_timeout.TotalMilliseconds:0} ms" +
                (call.LastFault is null ? "." : $"; the last attempt failed: {call.LastFault}"),
                e);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new MuLambdaException(
                MuLambdaFailure.InvalidAnswer, $"The answer is longer than {_http.MaxResponseContentBufferSize} bytes.", e);
        }
        catch (HttpRequestException e)
        {
            throw new MuLambdaException(
                MuLambdaFailure.Unreachable, $"{_http.BaseAddress} is not reachable: {e.Message}", e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        string path, ReadOnlyMemory<byte> body, int? priority, Call call, CancellationToken cancellationToken)
    {
        call.Attempts++;
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        var remaining = Math.Max(1, (long)Math.Ceiling(call.Remaining.TotalMilliseconds));
        request.Headers.Add("mulambda-timeout-ms", remaining.ToString(CultureInfo.InvariantCulture));
        if (priority is { } importance)
        {
            request.Headers.Add("mulambda-priority", importance.ToString(CultureInfo.InvariantCulture));
        }

        if (_outside.Take() is { } outside)
        {
            request.Headers.Add(OutsideReport.OutsideHeader, outside);
        }

        var started = _time.GetTimestamp();
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken).ConfigureAwait(false);
        if (response.Headers.NonValidated.TryGetValues(OutsideReport.TookHeader, out var took))
        {
            _outside.Answered(_time.GetElapsedTime(started), took.ToString());
        }

        return response;
    }

    private ResiliencePipeline<HttpResponseMessage> BuildPipeline(int maxAttempts)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = _time };
        builder.AddTimeout(new TimeoutStrategyOptions { Timeout = _timeout });
        if (maxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = maxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(2),
                ShouldHandle = ShouldRetry,
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Result is { } response ? ProblemReader.RetryAfter(response, _time) : null),
            });
        }

        return builder.Build();
    }

    private ValueTask<bool> ShouldRetry(RetryPredicateArguments<HttpResponseMessage> arguments)
    {
        var call = arguments.Context.Properties.GetValue(CallKey, null!);
        switch (arguments.Outcome)
        {
            case { Exception: HttpRequestException { HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded } fault }:
                call.LastFault = fault.Message;
                return ValueTask.FromResult(true);
            case { Result: { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests } response }:
                call.LastFault = $"status {(int)response.StatusCode}";

                // An answer that asks for a longer wait than is left is the final one.
                return ValueTask.FromResult((ProblemReader.RetryAfter(response, _time) ?? TimeSpan.Zero) < call.Remaining);
            default:
                return ValueTask.FromResult(false);
        }
    }

    private sealed class Call(TimeProvider time, TimeSpan timeout)
    {
        private readonly long _start = time.GetTimestamp();

        public int Attempts { get; set; }

        public string? LastFault { get; set; }

        public TimeSpan Remaining => timeout - time.GetElapsedTime(_start);
    }
}
