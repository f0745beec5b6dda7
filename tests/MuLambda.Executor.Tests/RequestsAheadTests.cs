using System.Text;
using MuLambda.Executor.Options;
using MuLambda.Executor.Synthetic;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class RequestsAheadTests : IDisposable
{
    private const string Header = "mulambda-requests-ahead";

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prediction_tells_how_many_requests_of_all_models_were_there_when_it_came(bool grpc)
    {
        await using var executor = await StartAsync();
        var ask = Asking(executor, grpc);
        var turn = await executor.Runs.EnterAsync(CancellationToken.None);

        var first = ask("half", CancellationToken.None);
        await RunningExecutor.UntilAsync(() => executor.Metrics.InFlight == 1);
        var second = ask("other", CancellationToken.None);
        await RunningExecutor.UntilAsync(() => executor.Metrics.InFlight == 2);
        turn.Dispose();

        (await first).ShouldBe("0");
        (await second).ShouldBe("1");
        (await ask("half", CancellationToken.None)).ShouldBe("0");
    }

    [Fact]
    public async Task Requests_that_came_over_the_other_protocol_or_classify_are_ahead_too()
    {
        await using var executor = await StartAsync();
        var turn = await executor.Runs.EnterAsync(CancellationToken.None);

        var rest = AskRestAsync(executor, "half", gzip: false, CancellationToken.None);
        await RunningExecutor.UntilAsync(() => executor.Metrics.InFlight == 1);
        var classify = executor.PostAsync(
            "/v1/models/examples:classify", """{"signature_name": "classify", "examples": [{"x": 1.0}]}""");
        await RunningExecutor.UntilAsync(() => executor.Metrics.InFlight == 2);
        var grpc = AskGrpcAsync(executor.Connect(), "half", CancellationToken.None);
        await RunningExecutor.UntilAsync(() => executor.Metrics.InFlight == 3);
        turn.Dispose();

        (await rest).ShouldBe("0");
        (await classify).Status.ShouldBe(200);
        (await grpc).ShouldBe("2");
    }

    [Fact]
    public async Task A_request_that_failed_is_not_ahead_any_more()
    {
        await using var executor = await StartAsync();

        (await executor.PostAsync("/v1/models/half:predict", """{"instances": ["no number"]}""")).Status.ShouldBe(400);
        (await executor.PostAsync("/v1/models/nobody:predict", """{"instances": [1]}""")).Status.ShouldBe(404);

        (await AskRestAsync(executor, "half", gzip: false, CancellationToken.None)).ShouldBe("0");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_synthetic_request_is_ahead_until_its_time_is_over(bool grpc)
    {
        await using var executor = await StartAsync(synthetic: new SyntheticDelay(SyntheticDelay.MaxMs));
        var ask = Asking(executor, grpc);
        using var givenUp = new CancellationTokenSource();

        var first = ask("half", givenUp.Token);
        await RunningExecutor.UntilAsync(() => executor.Metrics.InFlight == 1);
        (await ask("other", CancellationToken.None)).ShouldBe("1");

        await givenUp.CancelAsync();
        await first.ShouldThrowAsync<Exception>();
        await RunningExecutor.UntilAsync(() => executor.Metrics.InFlight == 0);
        (await ask("other", CancellationToken.None)).ShouldBe("0");
    }

    [Theory]
    [InlineData("REST")]
    [InlineData("REST, gzip")]
    [InlineData("gRPC")]
    public async Task An_answer_that_the_network_delays_is_not_ahead(string way)
    {
        await using var executor = await StartAsync(replyDelay: TimeSpan.FromHours(1));
        using var givenUp = new CancellationTokenSource();
        var asked = way == "gRPC"
            ? AskGrpcAsync(executor.Connect(), "half", givenUp.Token)
            : AskRestAsync(executor, "half", gzip: way == "REST, gzip", givenUp.Token);

        // The executor has answered: only the network keeps the answer.
        await RunningExecutor.UntilAsync(() => executor.Metrics.Write().Contains("model=\"half\",outcome=\"OK\"} 1", StringComparison.Ordinal));
        executor.Metrics.InFlight.ShouldBe(0);
        asked.IsCompleted.ShouldBeFalse();

        await givenUp.CancelAsync();
        await asked.ShouldThrowAsync<Exception>();
    }

    public void Dispose() => _folder.Dispose();

    private Task<RunningExecutor> StartAsync(SyntheticDelay? synthetic = null, TimeSpan replyDelay = default) =>
        RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models =
            [
                new ModelSource("half", OnnxFiles.HalfPlusTwo(_folder["half"]), null),
                new ModelSource("other", OnnxFiles.HalfPlusTwo(_folder["other"]), null),
                new ModelSource("examples", ExampleModel.Write(_folder["examples"]), null),
            ],
            MaxParallelRuns = 1,
            Synthetic = synthetic is null ? new ExecutorOptions().Synthetic : new Dictionary<string, SyntheticDelay> { ["half"] = synthetic },
            ReplyDelay = replyDelay,
        });

    private static Func<string, CancellationToken, Task<string?>> Asking(RunningExecutor executor, bool grpc)
    {
        var channel = executor.Connect();
        return grpc
            ? (model, cancellationToken) => AskGrpcAsync(channel, model, cancellationToken)
            : (model, cancellationToken) => AskRestAsync(executor, model, gzip: false, cancellationToken);
    }

    private static async Task<string?> AskRestAsync(RunningExecutor executor, string model, bool gzip, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/models/{model}:predict")
        {
            Content = new StringContent("""{"instances": [1]}""", Encoding.UTF8, "application/json"),
        };
        if (gzip)
        {
            request.Headers.AcceptEncoding.Add(new("gzip"));
        }

        using var response = await executor.Http.SendAsync(request, cancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue();
        return response.Headers.TryGetValues(Header, out var values) ? values.Single() : null;
    }

    private static async Task<string?> AskGrpcAsync(GrpcChannel channel, string model, CancellationToken cancellationToken)
    {
        string? told = null;
        var options = new GrpcCallOptions { OnHeaders = headers => told = headers.GetValue(Header) };
        await channel.UnaryAsync(
            PredictionService.Predict, RunningExecutor.Request(model, ("x", [1f], [1])), options, cancellationToken);
        return told;
    }
}
