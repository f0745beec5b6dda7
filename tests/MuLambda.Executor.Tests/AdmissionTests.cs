using System.Net.Sockets;
using System.Text;
using MuLambda.Executor.Options;
using MuLambda.Executor.Scheduling;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class AdmissionTests
{
    [Fact]
    public void The_limit_holds_and_whoever_leaves_makes_room()
    {
        var gate = new AdmissionGate(2);
        var first = gate.Enter();
        gate.Enter();

        var refused = Should.Throw<GrpcException>(() => gate.Enter());

        refused.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        refused.Message.ShouldContain("2 requests");
        gate.Count.ShouldBe(2);
        first.Dispose();
        Should.NotThrow(() => gate.Enter());
    }

    [Fact]
    public async Task A_request_too_many_is_refused_before_its_body_is_read()
    {
        using var folder = new TempFolder();
        await using var executor = await StartAsync(folder);
        var channel = executor.Connect();
        var request = RunningExecutor.Request("half", ("x", [1f], [1]));
        var others = Enumerable.Range(0, executor.Admission.Limit).Select(_ => executor.Admission.Enter()).ToList();

        using var unfinished = await PostHalfABodyAsync(executor);
        (await ReadAsync(unfinished)).ShouldStartWith("HTTP/1.1 429 ");
        (await executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""")).Status.ShouldBe(429);
        (await channel.UnaryAsync(PredictionService.Predict, request).ShouldThrowAsync<GrpcException>())
            .StatusCode.ShouldBe(StatusCode.ResourceExhausted);

        others.ForEach(other => other.Dispose());
        (await executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""")).Status.ShouldBe(200);
        await channel.UnaryAsync(PredictionService.Predict, request);
        await UntilAsync(() => executor.Admission.Count == 0);
    }

    [Fact]
    public async Task A_large_request_too_many_is_told_so_while_it_is_sent()
    {
        using var folder = new TempFolder();
        await using var executor = await StartAsync(folder);
        var others = Enumerable.Range(0, executor.Admission.Limit).Select(_ => executor.Admission.Enter()).ToList();
        var values = new float[2 * 1024 * 1024];

        var refused = await executor.Connect()
            .UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", values, [values.Length])))
            .ShouldThrowAsync<GrpcException>();
        refused.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        var (status, _) = await executor.PostAsync(
            "/v1/models/half:predict", $$"""{"instances": [{{string.Join(',', values)}}]}""");
        status.ShouldBe(429);

        others.ForEach(other => other.Dispose());
    }

    [Fact]
    public async Task A_request_that_is_still_read_counts()
    {
        using var folder = new TempFolder();
        await using var executor = await StartAsync(folder);

        using (await PostHalfABodyAsync(executor))
        {
            await UntilAsync(() => executor.Admission.Count == 1);
        }

        await UntilAsync(() => executor.Admission.Count == 0);
        executor.Admission.Count.ShouldBe(0);
    }

    private static Task<RunningExecutor> StartAsync(TempFolder folder) => RunningExecutor.StartAsync(new ExecutorOptions
    {
        Models = [new ModelSource("half", OnnxFiles.HalfPlusTwo(folder["half"]), null)],
        MaxParallelRuns = 1,
        QueueLimit = 0,
    });

    private static async Task<TcpClient> PostHalfABodyAsync(RunningExecutor executor)
    {
        var address = executor.Http.BaseAddress!;
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/models/half:predict HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 100\r\n\r\n{{"));
        return client;
    }

    private static async Task<string> ReadAsync(TcpClient client)
    {
        using var deadline = new CancellationTokenSource(RunningExecutor.Patience);
        var buffer = new byte[1024];
        var read = await client.GetStream().ReadAtLeastAsync(buffer, 16, throwOnEndOfStream: false, deadline.Token);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    /// <summary>Asks until it is so: only the server knows when.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(RunningExecutor.Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await poll.WaitForNextTickAsync(deadline.Token);
        }
    }
}
