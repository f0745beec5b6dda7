using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Selector.Tests.Fronts;

namespace MuLambda.Selector.Tests.ColdStarts;

/// <summary>How waits for a first replica end that do not end with an answer, and how many there may be.</summary>
public sealed class ColdStartLimitTests
{
    public static TheoryData<string> Fronts => Front.All;

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_request_waits_no_longer_than_its_deadline(string front)
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");

        var answer = await Front.Of(front).AskAsync(platform, "fast", Front.Images(7), timeoutMs: 1000);

        answer.ShouldFail(504, StatusCode.DeadlineExceeded, "model@1", "none was ready");
        Waiting.Count(platform).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Where_the_launch_failed_it_waits_all_the_same_and_is_told_why_in_the_end(string front)
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        platform.Registry.Put(Waiting.Launch("model-1", "model", ExecutorState.Failed, "the artifact is damaged"));
        await platform.FollowedAsync();

        var answer = await Front.Of(front).AskAsync(platform, "fast", Front.Images(7), timeoutMs: 1000);

        answer.ShouldFail(503, StatusCode.Unavailable, "model-1", "the artifact is damaged");
        answer.Headers.Keys.ShouldContain(key => key == "retry-after" || key == GrpcHeaders.RetryPushback);
    }

    [Fact]
    public async Task A_launch_that_succeeds_after_one_that_failed_answers_it()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");
        var asked = platform.InferAsync("fast");
        await Waiting.UntilAsync(platform, 1);

        platform.Registry.Put(Waiting.Launch("model-1", "model", ExecutorState.Failed, "no memory"));
        await platform.FollowedAsync();
        Waiting.Count(platform).ShouldBe(1);
        platform.Registry.Put(Waiting.Launch("model-2", "model", ExecutorState.Pending, attempt: 2));
        await platform.FollowedAsync();
        platform.Registry.Put(executor.Registration() with { Id = "model-2" });

        (await asked).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task A_caller_that_goes_away_waits_no_more()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        using var patience = new CancellationTokenSource();
        using var body = new StringContent(TestPlatform.Body(3));
        var asked = platform.Http.PostAsync("/v1/clients/fast:infer", body, patience.Token);
        await Waiting.UntilAsync(platform, 1);

        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(asked);
        await Waiting.UntilAsync(platform, 0);
    }

    [Fact]
    public async Task Where_the_deployment_is_deleted_it_ends_as_without_candidates()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await platform.DeployAsync("model");
        var asked = platform.InferAsync("fast");
        await Waiting.UntilAsync(platform, 1);

        platform.Registry.DeleteDeployment("model");

        (await TestPlatform.ProblemAsync(asked, 404)).GetProperty("excluded")[0].GetString().ShouldBe("state");
    }

    [Fact]
    public async Task Where_the_deployment_is_deleted_another_model_answers_if_there_is_one()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        await platform.DeployAsync("large", accuracy: 0.99);
        var asked = platform.AnswerAsync("accurate");
        await Waiting.UntilAsync(platform, 1);

        platform.Registry.DeleteDeployment("large");

        (await asked).GetProperty("decision").GetProperty("executor").GetString().ShouldBe("small");
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_full_queue_refuses_and_says_when_to_come_again(string front)
    {
        await using var platform = await TestPlatform.StartAsync([], "--ColdStart:MaxQueued=1");
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");
        var asked = platform.InferAsync("fast");
        await Waiting.UntilAsync(platform, 1);

        var refused = await Front.Of(front).AskAsync(platform, "fast", Front.Images(7));

        refused.ShouldFail(429, StatusCode.ResourceExhausted, "model@1", "1 wait already");
        refused.Headers.Keys.ShouldContain(key => key == "retry-after" || key == GrpcHeaders.RetryPushback);
        platform.Registry.Put(executor.Registration());
        (await asked).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_queue_refuses_a_less_important_request_in_favour_of_a_more_important_one()
    {
        await using var platform = await TestPlatform.StartAsync([], "--ColdStart:MaxQueued=2");
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");
        var usual = platform.InferAsync("fast");
        await Waiting.UntilAsync(platform, 1);
        var minor = platform.InferAsync("fast", priority: "1");
        await Waiting.UntilAsync(platform, 2);

        var important = platform.InferAsync("fast", priority: "8");

        (await TestPlatform.ProblemAsync(minor, 429)).GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("priority");
        platform.Registry.Put(executor.Registration());
        (await Task.WhenAll(usual, important)).ShouldAllBe(answer => answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task What_waits_is_bounded_by_its_bytes_too()
    {
        await using var platform = await TestPlatform.StartAsync([], "--ColdStart:MaxQueuedBytes=1024");
        await platform.DeployAsync("model");
        var executor = await platform.LaunchAsync("model");
        var large = TestPlatform.Body([.. Enumerable.Repeat(1, 40)]);
        var asked = platform.InferAsync("fast", large);
        await Waiting.UntilAsync(platform, 1);

        var refused = await TestPlatform.ProblemAsync(platform.InferAsync("fast", large), 429);

        refused.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("bytes");
        platform.Registry.Put(executor.Registration());
        (await asked).IsSuccessStatusCode.ShouldBeTrue();
    }
}
