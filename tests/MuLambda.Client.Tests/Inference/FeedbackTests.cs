using System.Net;
using MuLambda.Catalog;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Client.Tests.Inference;

public sealed class FeedbackTests : IAsyncLifetime
{
    private FakePlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await FakePlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task What_is_told_is_sent_and_nothing_else()
    {
        using var client = new MuLambdaClient("digits", _platform.Address);

        (await client.FeedbackAsync("0196-1", new Feedback(Correct: true, Latency: TimeSpan.FromMilliseconds(12.5)))).ShouldBeTrue();
        (await client.FeedbackAsync("0196-1", new Feedback(Failed: true))).ShouldBeTrue();
        (await client.FeedbackAsync("0196-1", new Feedback(Score: 0.25, Confidence: 0.5))).ShouldBeTrue();

        _platform.Seen.Select(call => call.Request).Distinct().ShouldBe(["POST /v1/feedback"]);
        _platform.Seen.Select(call => call.Json.GetRawText()).ShouldBe(
        [
            """{"requestId":"0196-1","correct":true,"latencyMs":12.5}""",
            """{"requestId":"0196-1","failed":true}""",
            """{"requestId":"0196-1","score":0.25,"confidence":0.5}""",
        ]);
    }

    [Fact]
    public async Task What_the_executor_told_of_the_requests_ahead_is_sent_with_the_latency()
    {
        using var client = new MuLambdaClient("digits", _platform.Address);
        using var answer = new HttpResponseMessage();
        answer.Headers.Add("mulambda-requests-ahead", "3");

        await client.FeedbackAsync("0196-1", new Feedback(Latency: TimeSpan.FromMilliseconds(12.5), RequestsAhead: answer.ReadRequestsAhead()));

        _platform.Seen.Single().Json.GetRawText().ShouldBe("""{"requestId":"0196-1","latencyMs":12.5,"requestsAhead":3}""");
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1000000", 1_000_000)]
    [InlineData("1000001", null)]
    [InlineData("-1", null)]
    [InlineData("1.5", null)]
    [InlineData("many", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Requests_ahead_that_cannot_be_are_none(string? told, int? read)
    {
        using var answer = new HttpResponseMessage();
        if (told is not null)
        {
            answer.Headers.TryAddWithoutValidation(ExecutorHeaders.RequestsAhead, told);
        }

        answer.ReadRequestsAhead().ShouldBe(read);
        ExecutorHeaders.ParseRequestsAhead(told).ShouldBe(read);
    }

    [Fact]
    public void Two_counts_of_requests_ahead_are_none()
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.Add(ExecutorHeaders.RequestsAhead, ["1", "2"]);

        answer.ReadRequestsAhead().ShouldBeNull();
    }

    [Fact]
    public async Task What_the_platform_knows_already_is_no_failure()
    {
        _platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 409, new { status = 409, detail = "The accuracy is known already." });
            return true;
        };
        using var client = new MuLambdaClient("digits", _platform.Address);

        (await client.FeedbackAsync("0196-1", new Feedback(Correct: true))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_request_that_is_not_known_is_a_failure_that_says_so()
    {
        _platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 404, new { status = 404, detail = "It is not remembered any more." });
            return true;
        };
        using var client = new MuLambdaClient("digits", _platform.Address);

        var failure = await Should.ThrowAsync<MuLambdaException>(() => client.FeedbackAsync("0196-1", new Feedback(Correct: true)));

        failure.Status.ShouldBe(HttpStatusCode.NotFound);
        failure.Detail.ShouldBe("It is not remembered any more.");
    }

    [Fact]
    public async Task Several_are_told_at_once_and_each_has_its_result()
    {
        using var client = new MuLambdaClient("digits", _platform.Address);

        var results = await client.FeedbackAsync(
            [new RequestFeedback("0196-1", new Feedback(Correct: false)), new RequestFeedback("unknown", new Feedback(Correct: true))]);

        results.ShouldBe([new FeedbackResult("0196-1", 200), new FeedbackResult("unknown", 404, "There is no such request.")]);
        _platform.Seen.Single().Json.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Without_an_id_or_with_too_many_nothing_is_sent()
    {
        using var client = new MuLambdaClient("digits", _platform.Address);
        var one = new RequestFeedback("0196-1", new Feedback(Correct: true));

        await Should.ThrowAsync<ArgumentException>(() => client.FeedbackAsync("", new Feedback(Correct: true)));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => client.FeedbackAsync([]));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => client.FeedbackAsync([.. Enumerable.Repeat(one, 1001)]));

        _platform.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_explanation_has_the_decision_and_every_candidate_with_its_reason()
    {
        using var client = new MuLambdaClient("digits", _platform.Address);

        var explanation = await client.ExplainAsync(items: 3);

        _platform.Seen.Single().Query.ShouldBe("?explain=true");
        explanation.Decision.Executor.ShouldBe("digits-linear");
        explanation.Candidates.Select(c => (c.Executor, c.Selected, c.Reason)).ShouldBe(
            [("digits-linear", true, "Chosen: the largest utility, 0.97; the next is 0.9 of digits-cnn."), ("digits-cnn", false, "Excluded: the executor is draining.")]);
        explanation.Candidates[1].ShouldSatisfyAllConditions(
            c => c.State.ShouldBe(ExecutorState.Draining), c => c.ExcludedBy.ShouldBe(["state"]), c => c.Estimate.LatencyMs.ShouldBe(7));
        explanation.Cold.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            c => c.Model.ShouldBe(new ModelReference("digits-large", 2)), c => c.State.ShouldBe("starting"), c => c.Estimate.WaitMs.ShouldBe(300));
        explanation.Decision.ColdStartMs.ShouldBeNull();
    }

    [Fact]
    public async Task Where_no_candidate_was_left_the_failure_has_them_all()
    {
        using var client = new MuLambdaClient("unknown", _platform.Address);

        var failure = await Should.ThrowAsync<MuLambdaException>(() => client.ExplainAsync());

        failure.Excluded.ShouldBe(["bounds.minAccuracy"]);
        failure.Candidates.Count.ShouldBe(2);
    }
}
