using System.Net;
using MuLambda.Catalog;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Client.Tests.Inference;

public sealed class InferTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private FakePlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await FakePlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task A_batch_is_answered_with_predictions_and_the_decision_behind_them()
    {
        _platform.Predict = example => [1 - example[0].GetDouble(), example[0].GetDouble()];
        using var client = Create();

        var result = await client.InferAsync(InferRequest.FromInstances(new[,] { { 0.25f }, { 1f } }));

        result.Output.Shape.ShouldBe([2, 2]);
        result.Output.ToFloats().ShouldBe([0.75f, 0.25f, 0f, 1f]);
        result.Decision.Executor.ShouldBe("digits-linear");
        result.Decision.Model.ShouldBe(new ModelReference("digits-linear", 1));
        result.Decision.Estimate.LatencyMs.ShouldBe(1.3);
        result.Observed.ShouldBe(new Observed(2.5, 1));
        Classification.FromResult(result).Select(answer => answer.Label).ShouldBe([0, 1]);
        var call = await _platform.NextAsync("POST /v1/clients/digits:infer");
        call.Json.GetRawText().ShouldBe("""{"instances":[[0.25],[1]]}""");
        call.Headers["content-type"].ShouldBe("application/json");
        call.Headers["mulambda-timeout-ms"].ShouldBe("10000");
    }

    [Fact]
    public async Task A_request_tells_its_priority_where_it_has_one()
    {
        using var client = Create();

        await client.InferAsync(Example);
        await client.InferAsync(Example.WithPriority(9));
        await client.InferAsync(Example.WithPriority(0));
        await client.InferAsync(Example.WithPriority(9).WithPriority(null));

        _platform.Seen.Select(call => call.Headers.GetValueOrDefault("mulambda-priority")).ShouldBe([null, "9", "0", null]);
        _platform.Seen.Select(call => call.Json.GetRawText()).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_request_tells_what_the_one_before_took_beyond_its_time_in_the_selector()
    {
        using var client = Create();
        _platform.Fault = (context, _) =>
        {
            context.Response.Headers["mulambda-took-ms"] = "2.5";
            _time.Advance(TimeSpan.FromMilliseconds(40));
            return Task.FromResult(false);
        };

        await client.InferAsync(Example);
        await client.InferAsync(Example);
        _platform.Fault = null;
        await client.InferAsync(Example);
        await client.InferAsync(Example);

        _platform.Seen.Select(call => call.Headers.GetValueOrDefault("mulambda-outside-ms")).ShouldBe([null, "37.5", "37.5", null]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10)]
    public void A_priority_outside_its_bounds_is_refused(int priority) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Example.WithPriority(priority)).Message.ShouldContain("0 to 9");

    [Fact]
    public async Task A_busy_selector_is_asked_again_when_it_says_and_told_what_is_left_of_the_deadline()
    {
        FailOnce(context => FakePlatform.ProblemAsync(context, 503, new { status = 503 }, retryAfter: 3));
        using var client = Create();

        var answer = client.InferAsync(Example);
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(3));
        var result = await answer;

        result.Elapsed.ShouldBe(TimeSpan.FromSeconds(3));
        _platform.Seen.Select(call => call.Headers["mulambda-timeout-ms"]).ShouldBe(["10000", "7000"]);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        FailOnce(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = Create();

        var answer = client.InferAsync(Example);
        await AdvanceToRetryAsync();

        (await answer).Decision.Executor.ShouldBe("digits-linear");
        _platform.Seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_selector_that_stays_busy_is_not_asked_more_often_than_allowed()
    {
        Fail(429, new { title = "Busy", status = 429, detail = "The queue is full." }, retryAfter: 1);
        using var client = Create(maxAttempts: 3);

        var answer = client.InferAsync(Example);
        for (var retry = 0; retry < 2; retry++)
        {
            await _time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var refusal = await Should.ThrowAsync<MuLambdaException>(answer);
        refusal.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refusal.Detail.ShouldBe("The queue is full.");
        refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        _platform.Seen.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_wait_beyond_the_deadline_is_not_begun()
    {
        Fail(503, new { status = 503, detail = "Later." }, retryAfter: 60);
        using var client = Create();

        var refusal = await Should.ThrowAsync<MuLambdaException>(client.InferAsync(Example));

        refusal.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        _platform.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_bad_request_is_not_repeated_and_its_fields_are_named()
    {
        Fail(400, new { title = "Bad", status = 400, errors = new Dictionary<string, string[]> { ["instances[0]"] = ["has 3 values, not 4."] } });
        using var client = Create();

        var refusal = await Should.ThrowAsync<MuLambdaException>(client.InferAsync(Example));

        refusal.Failure.ShouldBe(MuLambdaFailure.Refused);
        refusal.Errors["instances[0]"].ShouldBe(["has 3 values, not 4."]);
        refusal.Message.ShouldContain("instances[0]: has 3 values, not 4.");
        _platform.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_candidate_the_excluding_criteria_are_named()
    {
        using var client = new MuLambdaClient("unknown", _platform.Address);

        var refusal = await Should.ThrowAsync<MuLambdaException>(client.SelectAsync());

        refusal.Status.ShouldBe(HttpStatusCode.NotFound);
        refusal.Excluded.ShouldBe(["bounds.minAccuracy"]);
    }

    [Fact]
    public async Task A_selection_names_the_client_or_the_criteria_but_not_both()
    {
        using var client = Create();

        await client.SelectAsync(items: 3);
        _platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 404, new { status = 404, excluded = new { task = 4 } });
            return true;
        };
        var refusal = await Should.ThrowAsync<MuLambdaException>(
            client.SelectAsync(criteria: new Criteria(new Traits("t", "i", "o"), new Preference(1, 0))));

        refusal.Excluded.ShouldBe(["task"]);
        _platform.Seen.Select(call => call.Json.GetRawText()).ShouldBe(
        [
            """{"client":"digits","items":3}""",
            """{"items":1,"criteria":{"required":{"task":"t","input":"i","output":"o"},"desired":{"latency":1,"accuracy":0}}}""",
        ]);
    }

    [Fact]
    public async Task A_selector_that_never_answers_costs_no_more_than_the_deadline()
    {
        _platform.Fault = async (context, _) =>
        {
            await context.HangAsync();
            return true;
        };
        using var client = Create();

        var answer = client.InferAsync(Example);
        await _time.WaitForTimerAsync(Deadline);
        _time.Advance(Deadline);

        var failure = await Should.ThrowAsync<MuLambdaException>(answer);
        failure.Failure.ShouldBe(MuLambdaFailure.TimedOut);
        failure.Message.ShouldContain("10000 ms");
    }

    [Fact]
    public async Task A_closed_port_is_unreachable()
    {
        var address = _platform.Address;
        await _platform.DisposeAsync();
        using var client = new MuLambdaClient("digits", address, new CallOptions(MaxAttempts: 1));

        var failure = await Should.ThrowAsync<MuLambdaException>(client.SelectAsync());

        failure.Failure.ShouldBe(MuLambdaFailure.Unreachable);
        failure.Message.ShouldContain(address.ToString());
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"predictions": [[1]], "decision": null}""")]
    [InlineData("""{"predictions": [[1], [1, 2]], "decision": {"executor": "e"}}""")]
    public async Task An_answer_outside_the_contract_is_invalid(string answer)
    {
        _platform.Fault = async (context, _) =>
        {
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer));
            return true;
        };
        using var client = Create();

        var failure = await Should.ThrowAsync<MuLambdaException>(client.InferAsync(Example));

        failure.Failure.ShouldBe(MuLambdaFailure.InvalidAnswer);
    }

    [Fact]
    public async Task An_answer_over_the_limit_is_not_read()
    {
        _platform.Fault = async (context, _) =>
        {
            await context.Response.Body.WriteAsync(new byte[5000]);
            return true;
        };
        using var client = new MuLambdaClient("digits", _platform.Address, new CallOptions(MaxAnswerBytes: 4096));

        var failure = await Should.ThrowAsync<MuLambdaException>(client.InferAsync(Example));

        failure.Failure.ShouldBe(MuLambdaFailure.InvalidAnswer);
        failure.Message.ShouldContain("4096");
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_a_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var client = Create();

        await Should.ThrowAsync<OperationCanceledException>(client.InferAsync(Example, cancelled.Token));
    }

    private static InferRequest Example => InferRequest.FromInstance(TensorData.Create([0.5f], 1));

    private MuLambdaClient Create(int maxAttempts = 8) =>
        new("digits", _platform.Address, new CallOptions(Deadline, maxAttempts), _time);

    private async Task AdvanceToRetryAsync()
    {
        var wait = await _time.WaitForTimerAsync(due => due < Deadline);
        _time.Advance(wait);
    }

    private void Fail(int status, object problem, int? retryAfter = null) => _platform.Fault = async (context, _) =>
    {
        await FakePlatform.ProblemAsync(context, status, problem, retryAfter);
        return true;
    };

    private void FailOnce(Func<Microsoft.AspNetCore.Http.HttpContext, Task> fail) => _platform.Fault = async (context, _) =>
    {
        _platform.Fault = null;
        await fail(context);
        return true;
    };
}
