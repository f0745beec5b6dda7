using System.Net.Http.Json;
using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Selector.Tests;

public sealed class SelectTests
{
    [Fact]
    public async Task A_decision_says_what_was_chosen_and_why()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        using var response = await platform.PostAsync("/v1/select", """{"client": "accurate", "items": 3}""");

        response.EnsureSuccessStatusCode();
        var decision = await response.Content.ReadFromJsonAsync<JsonElement>();
        Guid.Parse(decision.GetProperty("requestId").GetString()!).Version.ShouldBe(7);
        decision.GetProperty("policy").GetString().ShouldBe("mulambda");
        decision.GetProperty("executor").GetString().ShouldBe("large");
        decision.GetProperty("node").GetString().ShouldBe("local");
        decision.GetProperty("model").GetProperty("version").GetInt64().ShouldBe(1);
        decision.GetProperty("endpoints").GetProperty("grpc").GetString().ShouldBe(platform["large"].Address.AbsoluteUri.TrimEnd('/'));
        decision.GetProperty("considered").GetInt32().ShouldBe(2);
        decision.GetProperty("utility").GetDouble().ShouldBeInRange(0.99, 1);
        var estimate = decision.GetProperty("estimate");
        estimate.GetProperty("accuracy").GetDouble().ShouldBe(0.91);
        estimate.GetProperty("rttSource").GetString().ShouldBe("unknown");
        estimate.GetProperty("latencyMs").GetDouble().ShouldBe(
            estimate.GetProperty("rttMs").GetDouble() + estimate.GetProperty("waitMs").GetDouble()
            + estimate.GetProperty("serviceMs").GetDouble(), 1e-5);

        var inline = await platform.PostAsync(
            "/v1/select",
            """{"criteria": {"required": {"task": "classification", "input": "image", "output": "label"}, "desired": {"latency": 1, "accuracy": 0}}}""");
        (await inline.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("executor").GetString().ShouldBe("small");
    }

    [Theory]
    [InlineData("{}", "client")]
    [InlineData("""{"client": "fast", "criteria": {"required": {"task": "t", "input": "i", "output": "o"}, "desired": {"latency": 1, "accuracy": 0}}}""", "client")]
    [InlineData("""{"client": "fast", "items": 0}""", "items")]
    [InlineData("""{"client": "fast", "item": 1}""", "item")]
    [InlineData("""{"client": "fast", "items": 1, "items": 2}""", "items")]
    [InlineData("""{"client": "fast", "items": "3"}""", "items")]
    [InlineData("""{"client": """, "$")]
    [InlineData("null", "$")]
    [InlineData("""{"criteria": {"required": {"task": "T!", "input": "i", "output": "o"}, "desired": {"latency": -1, "accuracy": 0}}}""", "criteria.required.task")]
    [InlineData("""{"criteria": {"required": {"task": "t", "input": "i", "output": "o"}, "desired": {"latency": -1, "accuracy": 0}}}""", "criteria.desired.latency")]
    public async Task Bad_input_is_refused_with_its_path(string body, string path)
    {
        await using var platform = await TestPlatform.StartAsync([]);

        var problem = await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", body), 400);

        problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldContain(p => p == path || p == $"$.{path}" || (path == "$" && p == "client"));
        problem.GetRawText().ShouldNotContain("MuLambda.", Case.Sensitive, "types are our own affair");
        problem.GetRawText().ShouldNotContain("BytePositionInLine");
    }

    [Fact]
    public async Task Nothing_that_meets_the_criteria_is_a_404_that_names_them()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform.Registry.Put(TestPlatform.Client("other-task", 1, 0, task: "detection"));
        platform.Registry.Put(TestPlatform.Client("too-strict", 1, 0, new Bounds(MinAccuracy: 0.99)));
        await platform.UntilAsync(s => s.TryGetDemand("too-strict", out _));

        var task = await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", """{"client": "other-task"}"""), 404);
        task.GetProperty("excluded").EnumerateArray().Select(e => e.GetString()).ShouldBe(["task"]);
        task.GetProperty("detail").GetString()!.ShouldContain("'detection'");

        var bounds = await TestPlatform.ProblemAsync(platform.InferAsync("too-strict"), 404);
        bounds.GetProperty("excluded").EnumerateArray().Select(e => e.GetString()).ShouldBe(["bounds.minAccuracy"]);
        bounds.GetProperty("detail").GetString()!.ShouldContain("0.99");

        (await TestPlatform.ProblemAsync(platform.PostAsync("/v1/select", """{"client": "nobody"}"""), 404))
            .GetProperty("detail").GetString()!.ShouldContain("nobody");
    }

    [Fact]
    public async Task Decisions_that_come_together_are_spread()
    {
        await using var platform = await TestPlatform.StartAsync(["one"]);
        var second = platform["one"].Registration() with { Id = "two" };
        platform.Registry.Put(second);
        await platform.UntilAsync(s => s.Executors.ContainsKey("two"));
        platform.Registry.Put(TestPlatform.DigitModel("one", 0.9, 10_000_000_000));
        await platform.FollowedAsync();

        // The model is expected to take ten seconds; so long each decision counts as a request in flight.
        var chosen = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await platform.PostAsync("/v1/select", """{"client": "fast"}""");
            chosen.Add((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("executor").GetString());
        }

        chosen.Take(2).ShouldBe(["one", "two"], ignoreOrder: true);
        chosen.Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Candidates_are_shown_with_their_estimates_and_what_excludes_them()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);
        platform.Registry.Put(platform["small"].Registration(ExecutorState.Draining));
        await platform.FollowedAsync();

        var answer = await platform.CandidatesAsync("fast");

        answer.GetProperty("policy").GetString().ShouldBe("mulambda");
        var candidates = answer.GetProperty("candidates").EnumerateArray().ToList();
        candidates.Select(c => c.GetProperty("executor").GetString()).ShouldBe(["large", "small"]);
        candidates[0].GetProperty("selected").GetBoolean().ShouldBeTrue();
        candidates[0].GetProperty("estimate").GetProperty("serviceMs").GetDouble().ShouldBeGreaterThan(0);
        candidates[1].GetProperty("excludedBy").EnumerateArray().Select(e => e.GetString()).ShouldBe(["state"]);
        candidates[1].GetProperty("state").GetString().ShouldBe("draining");

        await TestPlatform.ProblemAsync(platform.Http.GetAsync("/v1/candidates?client=nobody"), 404);
        await TestPlatform.ProblemAsync(platform.Http.GetAsync("/v1/candidates"), 400);
        await TestPlatform.ProblemAsync(platform.Http.GetAsync("/v1/candidates?client=fast&items=none"), 400);
    }
}
