using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MuLambda.Tests.Otlp.Proto;

namespace MuLambda.Tests.Otlp;

/// <summary>A real OTLP endpoint (HTTP, protobuf) that keeps the spans sent to it.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();
    private readonly ConcurrentDictionary<string, int> _requests = new();
    private readonly WebApplication _app;
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OtlpCollector(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.First();

    public IReadOnlyCollection<CollectedSpan> Spans => _spans;

    /// <summary>How many requests came for a signal: <c>traces</c>, <c>metrics</c> or <c>logs</c>.</summary>
    public int Requests(string signal) => _requests.GetValueOrDefault(signal);

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new OtlpCollector(builder.Build());
        collector._app.MapPost("/v1/{signal}", collector.ReceiveAsync);
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Waits until the spans received satisfy a condition.</summary>
    /// <exception cref="TimeoutException">They did not in time; the message lists them.</exception>
    public async Task<IReadOnlyList<CollectedSpan>> WaitForAsync(
        Func<IReadOnlyList<CollectedSpan>, bool> condition, TimeSpan timeout)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var arrived = Volatile.Read(ref _arrived).Task;
            var spans = _spans.ToArray();
            if (condition(spans))
            {
                return spans;
            }

            var left = timeout - TimeProvider.System.GetElapsedTime(deadline);
            if (left <= TimeSpan.Zero || await Task.WhenAny(arrived, Task.Delay(left)) != arrived)
            {
                throw new TimeoutException("Received only:\n" + string.Join('\n', spans.Select(span => span.ToString())));
            }
        }
    }

    public async Task WaitForSignalAsync(string signal, TimeSpan timeout) =>
        await WaitForAsync(_ => Requests(signal) > 0, timeout);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (signal == "traces")
        {
            foreach (var resource in ExportTraceServiceRequest.Parser.ParseFrom(body.ToArray()).ResourceSpans)
            {
                var service = resource.Resource.Attributes.FirstOrDefault(a => a.Key == "service.name")?.Value.StringValue ?? "";
                foreach (var scope in resource.ScopeSpans)
                {
                    foreach (var span in scope.Spans)
                    {
                        _spans.Enqueue(Read(service, scope.Scope.Name, span));
                    }
                }
            }
        }

        _requests.AddOrUpdate(signal, 1, (_, count) => count + 1);
        Interlocked.Exchange(ref _arrived, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return Results.Bytes([], "application/x-protobuf");
    }

    private static CollectedSpan Read(string service, string source, Span span) => new(
        service,
        source,
        span.Name,
        Convert.ToHexString(span.TraceId.Span),
        Convert.ToHexString(span.SpanId.Span),
        span.ParentSpanId.IsEmpty ? null : Convert.ToHexString(span.ParentSpanId.Span),
        span.Attributes.ToDictionary(a => a.Key, a => a.Value.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => a.Value.StringValue,
            AnyValue.ValueOneofCase.BoolValue => a.Value.BoolValue ? "true" : "false",
            AnyValue.ValueOneofCase.IntValue => a.Value.IntValue.ToString(CultureInfo.InvariantCulture),
            AnyValue.ValueOneofCase.DoubleValue => a.Value.DoubleValue.ToString(CultureInfo.InvariantCulture),
            _ => "",
        }));
}
