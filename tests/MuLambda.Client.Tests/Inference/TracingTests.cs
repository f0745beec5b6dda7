using System.Collections.Concurrent;
using System.Diagnostics;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Client.Tests.Inference;

public sealed class TracingTests : IAsyncLifetime, IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;
    private FakePlatform _platform = null!;

    public TracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClientTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public async Task InitializeAsync() => _platform = await FakePlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task An_inference_is_a_client_span_whose_trace_goes_on_in_the_selector()
    {
        using var client = new MuLambdaClient("traced-well", _platform.Address);

        await client.InferAsync(InferRequest.FromInstances(new[,] { { 1f }, { 2f } }));

        var span = _spans.Single(span => Equals(span.GetTagItem("mulambda.client"), "traced-well"));
        span.OperationName.ShouldBe("infer");
        span.Kind.ShouldBe(ActivityKind.Client);
        var tags = span.TagObjects.ToDictionary();
        tags["mulambda.items"].ShouldBe(2);
        tags["mulambda.attempt"].ShouldBe(1);
        tags["mulambda.policy"].ShouldBe("mulambda");
        tags["mulambda.executor"].ShouldBe("digits-linear");
        tags["mulambda.model"].ShouldBe("digits-linear");
        tags["mulambda.model.version"].ShouldBe(1L);
        tags["mulambda.utility"].ShouldBe(0.97);
        tags["mulambda.considered"].ShouldBe(4);
        var call = await _platform.NextAsync("POST /v1/clients/traced-well:infer");
        call.Headers["traceparent"].ShouldContain(span.TraceId.ToHexString());
    }

    [Fact]
    public async Task A_failed_inference_is_a_failed_span()
    {
        _platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 404, new { status = 404, detail = "No candidate." });
            return true;
        };
        using var client = new MuLambdaClient("traced-ill", _platform.Address);

        await Should.ThrowAsync<MuLambdaException>(client.InferAsync(InferRequest.FromInstances(new[] { 1f })));

        var span = _spans.Single(span => Equals(span.GetTagItem("mulambda.client"), "traced-ill"));
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.GetTagItem("error.type").ShouldBe("404");
    }
}
