using System.Net.Http.Json;
using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Selector.Tests;

public sealed class ExplainTests
{
    private const string Criteria =
        """{"criteria": {"required": {"task": "classification", "input": "image", "output": "label"}, "desired": {"latency": 0, "accuracy": 1}}}""";

    [Fact]
    public async Task Every_candidate_comes_with_its_figures_and_the_reason()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        var answer = await ExplainAsync(platform, """{"client": "accurate", "items": 2}""");

        answer.GetProperty("executor").GetString().ShouldBe("large");
        Guid.Parse(answer.GetProperty("requestId").GetString()!).Version.ShouldBe(7);
        var (chosen, other) = (Candidate(answer, "large"), Candidate(answer, "small"));
        chosen.GetProperty("selected").GetBoolean().ShouldBeTrue();
        chosen.GetProperty("inFlight").GetInt64().ShouldBe(0, "the request itself is not counted yet");
        chosen.GetProperty("reason").GetString()!.ShouldStartWith("Chosen: the largest utility, ");
        chosen.GetProperty("reason").GetString()!.ShouldContain("of small");
        other.GetProperty("selected").GetBoolean().ShouldBeFalse();
        other.GetProperty("reason").GetString()!.ShouldSatisfyAllConditions(
            r => r.ShouldContain("less utility than large"), r => r.ShouldContain("0.01 less accurate"));
        other.GetProperty("estimate").GetProperty("serviceMs").GetDouble().ShouldBeGreaterThan(0);
        other.GetProperty("marginalMs").GetDouble().ShouldBe(other.GetProperty("estimate").GetProperty("latencyMs").GetDouble(), 1e-3);
        other.GetProperty("accuracyDeviation").GetDouble().ShouldBeGreaterThan(0);
        other.GetProperty("latencyDeviationMs").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        other.GetProperty("due").GetBoolean().ShouldBeFalse();
        answer.GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("utility").GetDouble()).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task It_decides_and_assigns_as_any_selection()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform.Registry.Put(TestPlatform.DigitModel("small", 0.9, 10_000_000_000));
        await platform.FollowedAsync();

        var first = await ExplainAsync(platform, """{"client": "fast"}""");
        var second = await ExplainAsync(platform, """{"client": "fast"}""");

        Candidate(second, "small").GetProperty("inFlight").GetInt64().ShouldBe(1);
        Candidate(second, "small").GetProperty("reason").GetString().ShouldBe("Chosen: no other one meets the criteria.");
        using var told = await platform.PostAsync("/v1/feedback", $$"""{"requestId": "{{first.GetProperty("requestId").GetString()}}", "latencyMs": 1}""");
        told.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_hard_criteria_exclude_is_told_with_its_figure()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "middle", "large", "huge"]);
        platform.Registry.Put(platform["large"].Registration(ExecutorState.Draining) with { Reason = "the node is drained" });
        platform.Registry.Put(TestPlatform.DigitModel("huge", 0.99, 10_000_000_000));
        platform.Registry.Put(TestPlatform.Client("strict", 1, 0, new Bounds(MaxLatencyMs: 5000, MinAccuracy: 0.905)));
        await platform.UntilAsync(s => s.TryGetDemand("strict", out _));

        var answer = await ExplainAsync(platform, """{"client": "strict"}""");

        answer.GetProperty("executor").GetString().ShouldBe("middle");
        Candidate(answer, "small").GetProperty("reason").GetString().ShouldBe("Excluded: accuracy 0.9, below minAccuracy 0.905.");
        Candidate(answer, "large").GetProperty("reason").GetString().ShouldBe("Excluded: the executor is draining (the node is drained).");
        Candidate(answer, "huge").GetProperty("reason").GetString()!.ShouldEndWith("ms, above maxLatencyMs 5000.");
        Candidate(answer, "huge").GetProperty("excludedBy")[0].GetString().ShouldBe("bounds.maxLatencyMs");
    }

    [Fact]
    public async Task An_executor_that_failed_is_told_to_be_left_out()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform["small"].FailWith(Protocol.Grpc.StatusCode.Unavailable);
        await platform.AnswerAsync("fast");

        Candidate(await ExplainAsync(platform, """{"client": "fast"}"""), "small")
            .GetProperty("reason").GetString().ShouldBe("Excluded: the executor is left out after a failure.");
    }

    [Fact]
    public async Task Criteria_can_be_asked_about_in_place_of_a_client()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        (await ExplainAsync(platform, Criteria)).GetProperty("executor").GetString().ShouldBe("large");
    }

    [Theory]
    [InlineData("round-robin", "Chosen: it was its turn.", "It was not its turn.")]
    [InlineData("random", "Chosen by chance.", "Chance took another one.")]
    [InlineData("plain-net-latency", "Chosen: nobody measured a round trip, and it is the first.", "Nobody measured its round trip.")]
    public async Task A_policy_that_weighs_nothing_is_not_said_to(string policy, string chosen, string other)
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"], $"--Selector:Policy={policy}", "--Selector:Seed=1");

        var answer = await ExplainAsync(platform, Criteria);

        var executor = answer.GetProperty("executor").GetString();
        foreach (var candidate in answer.GetProperty("candidates").EnumerateArray())
        {
            var selected = candidate.GetProperty("executor").GetString() == executor;
            candidate.GetProperty("selected").GetBoolean().ShouldBe(selected);
            candidate.GetProperty("reason").GetString().ShouldBe(selected ? chosen : other);
        }
    }

    [Fact]
    public async Task A_round_trip_that_no_node_measured_is_predicted_from_coordinates()
    {
        await using var platform = await TestPlatform.StartAsync(["west", "middle", "east"]);
        foreach (var (node, x) in ((string, double)[])[("west", 0), ("middle", 100), ("east", 200)])
        {
            platform.Registry.Put(platform[node].Registration() with { Node = node });
            platform.Registry.Put(Node(node, x));
        }

        platform.Registry.Put(Report("west", 10));
        platform.Registry.Put(Report("middle", 90));
        await platform.FollowedAsync();

        var answer = await ExplainAsync(platform, """{"client": "accurate"}""");

        Sources(answer).ShouldBe([("east", "predicted"), ("middle", "measured"), ("west", "measured")]);
        RoundTripMs(answer, "east").ShouldBe(190, 5);
        answer.GetProperty("executor").GetString().ShouldBe("east");
        using var plain = await platform.PostAsync("/v1/select", """{"client": "accurate"}""");
        (await plain.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("estimate").GetProperty("rttSource").GetString().ShouldBe("predicted");

        platform.Registry.Put(Node("east", 400));
        await platform.FollowedAsync();
        RoundTripMs(await ExplainAsync(platform, """{"client": "accurate"}"""), "east").ShouldBe(390, 5, "only a node moved");

        platform.Registry.Put(Report("east", 1));
        await platform.FollowedAsync();
        Sources(await ExplainAsync(platform, """{"client": "accurate"}""")).ShouldAllBe(s => s.Source == "measured");
    }

    [Fact]
    public async Task Where_none_is_left_the_problem_tells_of_each_why()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform.Registry.Put(TestPlatform.Client("strict", 1, 0, new Bounds(MinAccuracy: 0.99)));
        await platform.UntilAsync(s => s.TryGetDemand("strict", out _));

        var problem = await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select?explain=true", """{"client": "strict"}"""), 404);
        var plain = await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", """{"client": "strict"}"""), 404);

        problem.GetProperty("excluded")[0].GetString().ShouldBe("bounds.minAccuracy");
        problem.GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("reason").GetString())
            .ShouldBe(["Excluded: accuracy 0.9, below minAccuracy 0.99.", "Excluded: accuracy 0.91, below minAccuracy 0.99."], ignoreOrder: true);
        plain.TryGetProperty("candidates", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("explain=maybe", "explain")]
    [InlineData("explain=", "explain")]
    [InlineData("explain=true&explain=false", "explain")]
    [InlineData("explian=true", "explian")]
    public async Task A_parameter_that_is_none_is_refused(string query, string named)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        var problem = await TestPlatform.ProblemAsync(platform.PostAsync($"/v1/select?{query}", """{"client": "fast"}"""), 400);

        problem.GetProperty("errors").TryGetProperty(named, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task What_would_be_chosen_is_told_with_reasons_too()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        var answer = await platform.CandidatesAsync("accurate");

        Candidate(answer, "large").GetProperty("reason").GetString()!.ShouldStartWith("Chosen:");
        Candidate(answer, "small").GetProperty("reason").GetString()!.ShouldContain("less accurate");
    }

    private static async Task<JsonElement> ExplainAsync(TestPlatform platform, string body)
    {
        using var response = await platform.PostAsync("/v1/select?explain=true", body);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Node Node(string name, double x) => new(name, null, new NodeCoordinate([x, 0], 0, 0.1));

    private static LatencyReport Report(string node, double medianMs) =>
        new(node, "accurate", medianMs, medianMs, 10, DateTimeOffset.UnixEpoch);

    private static double RoundTripMs(JsonElement answer, string executor) =>
        Candidate(answer, executor).GetProperty("estimate").GetProperty("rttMs").GetDouble();

    private static IEnumerable<(string Executor, string Source)> Sources(JsonElement answer) =>
        answer.GetProperty("candidates").EnumerateArray()
            .Select(c => (c.GetProperty("executor").GetString()!, c.GetProperty("estimate").GetProperty("rttSource").GetString()!))
            .Order();

    private static JsonElement Candidate(JsonElement answer, string executor) =>
        answer.GetProperty("candidates").EnumerateArray().Single(c => c.GetProperty("executor").GetString() == executor);
}
