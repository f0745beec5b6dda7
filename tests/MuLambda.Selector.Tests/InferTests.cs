using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector.Tests;

public sealed class InferTests
{
    [Fact]
    public async Task A_row_body_is_answered_in_rows_with_the_decision()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        var answer = await platform.AnswerAsync("accurate", TestPlatform.Body(7, 2));

        Labels(answer).ShouldBe([7, 2]);
        var decision = answer.GetProperty("decision");
        decision.GetProperty("executor").GetString().ShouldBe("large");
        decision.GetProperty("observed").GetProperty("attempts").GetInt32().ShouldBe(1);
        decision.GetProperty("observed").GetProperty("latencyMs").GetDouble().ShouldBeGreaterThan(0);
        platform["large"].Calls.Single().Request.ModelSpec.ShouldSatisfyAllConditions(
            spec => spec.Name.ShouldBe("large"), spec => spec.Version.ShouldBe(1), spec => spec.SignatureName.ShouldBe("serving_default"));
    }

    [Fact]
    public async Task A_column_body_is_answered_in_columns()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        var answer = await platform.AnswerAsync("fast", """{"inputs": {"image": [[[[4], [0]], [[0], [0]]]]}, "signature_name": "serving_default"}""");

        answer.TryGetProperty("predictions", out _).ShouldBeFalse();
        answer.GetProperty("outputs")[0][4].GetDouble().ShouldBe(0.75);
    }

    [Fact]
    public async Task Latency_is_answered_by_the_cheaper_model_and_accuracy_by_the_better_one()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["large"].Handler = (request, _) =>
        {
            platform.Time.Advance(TimeSpan.FromMilliseconds(200));
            return Task.FromResult(TestExecutor.Answer(request));
        };

        for (var i = 0; i < 5; i++)
        {
            (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("small");
            (await platform.AnswerAsync("accurate")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("large");
        }
    }

    [Fact]
    public async Task The_unix_socket_of_an_executor_on_this_machine_is_preferred()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await using var executor = await TestExecutor.StartAsync("local", socket: true);
        platform.Registry.Put(TestPlatform.DigitModel("local", 0.9, 1));

        // Its TCP address leads nowhere.
        platform.Registry.Put(executor.Registration(socketOnly: true));
        await platform.UntilAsync(s => s.Executors.ContainsKey("local"));

        Labels(await platform.AnswerAsync("fast", TestPlatform.Body(5))).ShouldBe([5]);
    }

    [Fact]
    public async Task An_executor_without_grpc_is_called_by_rest()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        var bodies = new List<string>();
        await using var executor = await RestExecutor.StartAsync("rest", (body, context) =>
        {
            bodies.Add(body);
            context.Response.StatusCode = bodies.Count == 1 ? 200 : 400;
            return context.Response.WriteAsJsonAsync<object>(
                bodies.Count == 1 ? new { predictions = new[] { new[] { 0.25, 0.75 } } } : new { error = "not like this" });
        });
        platform.Registry.Put(TestPlatform.DigitModel("rest", 0.9, 1));
        platform.Registry.Put(executor.Registration());
        await platform.UntilAsync(s => s.Executors.ContainsKey("rest"));

        (await platform.AnswerAsync("fast")).GetProperty("predictions")[0][1].GetDouble().ShouldBe(0.75);
        var sent = JsonDocument.Parse(bodies.Single()).RootElement;
        sent.GetProperty("signature_name").GetString().ShouldBe("serving_default");
        sent.GetProperty("inputs").GetRawText().ShouldBe("[[[[3.0],[0.0]],[[0.0],[0.0]]]]");
        (await TestPlatform.ProblemAsync(platform.InferAsync("fast"), 400)).GetProperty("detail").GetString()!.ShouldContain("not like this");
    }

    [Theory]
    [InlineData("{", "$")]
    [InlineData("[1, 2]", "$")]
    [InlineData("""{"instances": [[[[1], [0]], [[0], ["x"]]]]}""", "instances[0]")]
    [InlineData("""{"instances": [[1, 2, 3]]}""", "instances[0]")]
    [InlineData("""{"instances": [[[[1], [0]], [[0], [0]]]], "signature_name": "other"}""", "signature_name")]
    public async Task A_body_that_the_signature_does_not_allow_is_refused_with_its_path(string body, string path)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", body), 400);

        problem.GetProperty("errors").EnumerateObject().Single().Name.ShouldStartWith(path);
        platform["small"].Calls.ShouldBeEmpty();
        (await Quiet(platform)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_executor_finds_wrong_with_the_request_is_not_tried_elsewhere()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(StatusCode.InvalidArgument, "the pixel 3 is out of range");

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast"), 400);

        problem.GetProperty("detail").GetString()!.ShouldContain("the pixel 3 is out of range");
        platform["large"].Calls.ShouldBeEmpty();
        platform["small"].Recover();
        (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("small");
    }

    [Fact]
    public async Task More_requests_than_the_limit_are_refused_at_once()
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:MaxConcurrentRequests=1");
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        platform["small"].Handler = async (request, _) =>
        {
            entered.TrySetResult();
            await leave.Task;
            return TestExecutor.Answer(request);
        };
        var first = platform.AnswerAsync("fast");
        await entered.Task.WaitAsync(TestPlatform.Patience);

        using var second = await platform.InferAsync("fast");
        await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", """{"client": "fast"}"""), 429);

        ((int)second.StatusCode).ShouldBe(429);
        second.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldBe(TimeSpan.FromSeconds(1));
        leave.SetResult();
        Labels(await first).ShouldBe([3]);
        await platform.AnswerAsync("fast");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:MaxRequestBytes=1024");

        var problem = await TestPlatform.ProblemAsync(platform.InferAsync("fast", TestPlatform.Body(new int[200])), 413);

        problem.GetProperty("detail").GetString()!.ShouldContain("1024");
    }

    [Theory]
    [InlineData("/v1/clients/fast:infer", "mulambda-timeout-ms: 200")]
    [InlineData("/v1/select", "x-none: 1")]
    public async Task A_body_that_does_not_arrive_within_the_deadline_is_a_408(string path, string header)
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:DefaultTimeoutMs=300", "--Selector:MaxConcurrentRequests=1");
        var address = platform.Http.BaseAddress!;
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        await using var stream = connection.GetStream();

        // The client announces a body, sends its beginning, and then nothing.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 60000\r\n{header}\r\n\r\n{{"));

        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync().WaitAsync(TestPlatform.Patience)).ShouldNotBeNull().ShouldStartWith("HTTP/1.1 408");

        // Its place is free again.
        await platform.AnswerAsync("fast");
        platform["small"].Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3600001")]
    [InlineData("soon")]
    public async Task A_deadline_that_is_none_is_refused(string header)
    {
        await using var platform = await TestPlatform.StartAsync([]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/clients/fast:infer") { Content = new StringContent("{}") };
        request.Headers.Add("mulambda-timeout-ms", header);

        var problem = await TestPlatform.ProblemAsync(platform.Http.SendAsync(request), 400);

        problem.GetProperty("errors").GetProperty("mulambda-timeout-ms")[0].GetString()!.ShouldContain($"'{header}'");
    }

    [Fact]
    public async Task An_unknown_client_is_a_404()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        (await TestPlatform.ProblemAsync(platform.InferAsync("nobody"), 404)).GetProperty("detail").GetString()!.ShouldContain("nobody");
    }

    internal static IEnumerable<int> Labels(JsonElement answer) => answer.GetProperty("predictions").EnumerateArray()
        .Select(row => row.EnumerateArray().Select(p => p.GetDouble()).Index().MaxBy(p => p.Item).Index);

    private static async Task<bool> Quiet(TestPlatform platform) =>
        (await platform.CandidatesAsync("fast")).GetProperty("candidates").EnumerateArray()
            .All(c => c.GetProperty("inFlight").GetInt64() == 0);
}
