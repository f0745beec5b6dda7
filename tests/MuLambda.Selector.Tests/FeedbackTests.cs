using System.Net.Http.Json;
using System.Text.Json;

namespace MuLambda.Selector.Tests;

public sealed class FeedbackTests
{
    [Fact]
    public async Task A_latency_told_of_a_selection_ends_it_and_teaches_the_estimators()
    {
        await using var platform = await StartSlowAsync();
        var id = await SelectAsync(platform);
        (await CandidateAsync(platform)).GetProperty("inFlight").GetInt64().ShouldBe(1);

        var answer = await TellAsync(platform, $$"""{"requestId": "{{id}}", "latencyMs": 12.5, "correct": true}""");

        answer.GetProperty("requestId").GetString().ShouldBe(id);
        answer.GetProperty("status").GetInt32().ShouldBe(200);
        answer.TryGetProperty("detail", out _).ShouldBeFalse();
        var candidate = await CandidateAsync(platform);
        candidate.GetProperty("inFlight").GetInt64().ShouldBe(0);
        candidate.GetProperty("observations").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_told_of_a_selection_leaves_the_executor_out()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        var id = await SelectAsync(platform);

        await TellAsync(platform, $$"""{"requestId": "{{id}}", "failed": true}""");

        (await CandidateAsync(platform)).GetProperty("quarantined").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task An_inference_can_be_judged_by_its_id()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var id = (await platform.AnswerAsync("fast")).GetProperty("decision").GetProperty("requestId").GetString();

        await TellAsync(platform, $$"""{"requestId": "{{id}}", "score": 0.5}""");

        // How long it took, and how sure the model was, the selector saw itself.
        (await TestPlatform.ProblemAsync(FeedbackAsync(platform, $$"""{"requestId": "{{id}}", "latencyMs": 3}"""), 409))
            .GetProperty("detail").GetString()!.ShouldContain("outcome");
        (await TestPlatform.ProblemAsync(FeedbackAsync(platform, $$"""{"requestId": "{{id}}", "confidence": 0.5}"""), 409))
            .GetProperty("detail").GetString()!.ShouldContain("confidence");
        (await TestPlatform.ProblemAsync(FeedbackAsync(platform, $$"""{"requestId": "{{id}}", "correct": false}"""), 409))
            .GetProperty("detail").GetString()!.ShouldContain("accuracy");
    }

    [Fact]
    public async Task An_id_that_was_never_given_is_a_404_that_says_so()
    {
        await using var platform = await TestPlatform.StartAsync([]);

        var problem = await TestPlatform.ProblemAsync(FeedbackAsync(platform, $$"""{"requestId": "{{Guid.CreateVersion7()}}", "correct": true}"""), 404);

        problem.GetProperty("detail").GetString()!.ShouldContain("has not given the id");
    }

    [Fact]
    public async Task An_id_that_is_no_longer_remembered_is_a_404_that_says_so()
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:FeedbackSeconds=60");
        var id = await SelectAsync(platform);
        platform.Time.Advance(TimeSpan.FromSeconds(61));

        var problem = await TestPlatform.ProblemAsync(FeedbackAsync(platform, $$"""{"requestId": "{{id}}", "correct": true}"""), 404);

        problem.GetProperty("detail").GetString()!.ShouldContain("for 60 s");
    }

    [Fact]
    public async Task A_list_is_taken_one_by_one()
    {
        await using var platform = await StartSlowAsync();
        var (first, second) = (await SelectAsync(platform), await SelectAsync(platform));
        await TellAsync(platform, $$"""{"requestId": "{{first}}", "correct": true}""");

        var answer = await TellAsync(platform, $$"""
            [
              {"requestId": "{{first}}", "correct": true},
              {"requestId": "{{second}}", "latencyMs": 3, "score": 0.25},
              {"requestId": "{{Guid.CreateVersion7()}}", "correct": true},
              {"requestId": "{{first}}", "latencyMs": 4}
            ]
            """);

        answer.GetProperty("taken").GetInt32().ShouldBe(2);
        var results = answer.GetProperty("results").EnumerateArray().ToList();
        results.Select(r => r.GetProperty("status").GetInt32()).ShouldBe([409, 200, 404, 200]);
        results[0].GetProperty("detail").GetString()!.ShouldContain("accuracy");
        results[1].GetProperty("requestId").GetString().ShouldBe(second);
        (await CandidateAsync(platform)).GetProperty("observations").GetInt64().ShouldBe(2);
    }

    [Theory]
    [InlineData("null", "$")]
    [InlineData("{", "$")]
    [InlineData("[]", "$")]
    [InlineData("[null]", "[0]")]
    [InlineData("{}", "requestId")]
    [InlineData("""{"requestId": "7", "correct": true}""", "requestId")]
    [InlineData("""{"requestId": null, "correct": true}""", "requestId")]
    [InlineData("""{"requestId": "ID"}""", "$")]
    [InlineData("""{"requestId": "ID", "failed": false}""", "$")]
    [InlineData("""{"requestId": "ID", "correct": true, "score": 1}""", "score")]
    [InlineData("""{"requestId": "ID", "score": 1.01}""", "score")]
    [InlineData("""{"requestId": "ID", "score": -0.01}""", "score")]
    [InlineData("""{"requestId": "ID", "score": "1"}""", "score")]
    [InlineData("""{"requestId": "ID", "confidence": 2}""", "confidence")]
    [InlineData("""{"requestId": "ID", "latencyMs": -1}""", "latencyMs")]
    [InlineData("""{"requestId": "ID", "latencyMs": 3600001}""", "latencyMs")]
    [InlineData("""{"requestId": "ID", "requestsAhead": 1}""", "$")]
    [InlineData("""{"requestId": "ID", "correct": true, "requestsAhead": 1}""", "requestsAhead")]
    [InlineData("""{"requestId": "ID", "latencyMs": 3, "requestsAhead": -1}""", "requestsAhead")]
    [InlineData("""{"requestId": "ID", "latencyMs": 3, "requestsAhead": 1000001}""", "requestsAhead")]
    [InlineData("""{"requestId": "ID", "latencyMs": 3, "requestsAhead": 1.5}""", "requestsAhead")]
    [InlineData("""{"requestId": "ID", "latencyMs": 3, "requestsAhead": "1"}""", "requestsAhead")]
    [InlineData("""{"requestId": "ID", "failed": true, "latencyMs": 3}""", "failed")]
    [InlineData("""{"requestId": "ID", "failed": true, "requestsAhead": 3}""", "failed")]
    [InlineData("""{"requestId": "ID", "failed": true, "correct": false}""", "failed")]
    [InlineData("""{"requestId": "ID", "right": true}""", "right")]
    [InlineData("""{"requestId": "ID", "correct": true, "correct": false}""", "correct")]
    [InlineData("""[{"requestId": "ID", "correct": true}, {"requestId": "ID", "score": 7}]""", "[1].score")]
    [InlineData("""[{"requestId": "ID", "correct": true}, {"requestId": "ID"}]""", "[1]")]
    public async Task What_is_no_feedback_is_refused_with_its_path_and_nothing_of_it_counts(string body, string path)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var id = await SelectAsync(platform);

        var problem = await TestPlatform.ProblemAsync(FeedbackAsync(platform, body.Replace("ID", id, StringComparison.Ordinal)), 400);

        problem.GetProperty("errors").EnumerateObject().Select(e => e.Name.TrimStart('$', '.')).ShouldContain(path.TrimStart('$', '.'));
        await TellAsync(platform, $$"""{"requestId": "{{id}}", "latencyMs": 1, "correct": true}""");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public async Task The_requests_that_were_ahead_may_be_told_with_a_latency(int ahead)
    {
        await using var platform = await StartSlowAsync();
        var id = await SelectAsync(platform);

        await TellAsync(platform, $$"""{"requestId": "{{id}}", "latencyMs": 12.5, "requestsAhead": {{ahead}}}""");

        (await CandidateAsync(platform)).GetProperty("observations").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task More_requests_ahead_than_can_be_are_refused_with_the_limit()
    {
        await using var platform = await TestPlatform.StartAsync([]);

        var problem = await TestPlatform.ProblemAsync(
            FeedbackAsync(platform, $$"""{"requestId": "{{Guid.CreateVersion7()}}", "latencyMs": 3, "requestsAhead": 1000001}"""), 400);

        problem.GetProperty("errors").GetProperty("requestsAhead")[0].GetString()!.ShouldBe("is 1000001; it must be from 0 to 1000000.");
    }

    [Fact]
    public async Task More_feedbacks_than_a_list_may_have_are_refused()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        var one = $$"""{"requestId": "{{Guid.CreateVersion7()}}", "correct": true}""";

        var problem = await TestPlatform.ProblemAsync(FeedbackAsync(platform, $"[{string.Join(',', Enumerable.Repeat(one, 1001))}]"), 400);

        problem.GetProperty("detail").GetString()!.ShouldContain("from 1 to 1000");
    }

    /// <summary>With an executor whose model is estimated to take so long that no request ends by that.</summary>
    private static async Task<TestPlatform> StartSlowAsync()
    {
        var platform = await TestPlatform.StartAsync(["small"]);
        platform.Registry.Put(TestPlatform.DigitModel("small", 0.9, 10_000_000_000));
        await platform.FollowedAsync();
        return platform;
    }

    private static Task<HttpResponseMessage> FeedbackAsync(TestPlatform platform, string body) => platform.PostAsync("/v1/feedback", body);

    private static async Task<JsonElement> TellAsync(TestPlatform platform, string body)
    {
        using var response = await FeedbackAsync(platform, body);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<string> SelectAsync(TestPlatform platform)
    {
        using var response = await platform.PostAsync("/v1/select", """{"client": "fast"}""");
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("requestId").GetString()!;
    }

    private static async Task<JsonElement> CandidateAsync(TestPlatform platform) =>
        (await platform.CandidatesAsync("fast")).GetProperty("candidates").EnumerateArray()
            .Single(c => c.GetProperty("executor").GetString() == "small");
}
