using MuLambda.Protocol.Grpc;
using MuLambda.Selector.Tests.Fronts;
using static MuLambda.Selector.Tests.Batching.Batches;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>What is more important goes first, and what is less so is refused first.</summary>
public sealed class PriorityTests
{
    private static readonly string[] OneByOne =
        ["--Batching:Policy=fixed", "--Batching:FixedInFlight=1", "--Batching:FixedTimeoutMs=0", "--Batching:FixedItems=1"];

    public static TheoryData<string> Fronts => Front.All;

    [Fact]
    public async Task The_more_important_goes_first_and_what_says_nothing_is_in_the_middle()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneByOne);
        using var gate = new Gate(platform["model"]);
        var calls = new List<Task<HttpResponseMessage>> { platform.InferAsync("fast", TestPlatform.Body(9)) };
        await gate.EnteredAsync(1);
        foreach (var (label, priority) in new[] { (0, "0"), (3, "3"), (4, null), (5, "5"), (8, "9") })
        {
            calls.Add(platform.InferAsync("fast", TestPlatform.Body(label), priority: priority));
            await WaitingAsync(platform, calls.Count - 1);
        }

        gate.Open();

        (await Task.WhenAll(calls)).ShouldAllBe(answer => answer.IsSuccessStatusCode);
        platform["model"].Calls.SelectMany(call => Labels(call.Request)).ShouldBe([9, 8, 5, 4, 3, 0]);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Every_front_takes_a_priority(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["model"], OneByOne);
        using var gate = new Gate(platform["model"]);
        var caller = Front.Of(front);
        var first = caller.AskAsync(platform, "fast", Front.Images(9));
        await gate.EnteredAsync(1);
        var second = caller.AskAsync(platform, "fast", Front.Images(1));
        await WaitingAsync(platform, 1);
        var important = Front.Of(front);
        important.RequestHeaders["mulambda-priority"] = "5";
        var third = important.AskAsync(platform, "fast", Front.Images(2));
        await WaitingAsync(platform, 2);

        gate.Open();

        (await first).ShouldBeOk();
        (await second).ShouldBeOk();
        (await third).ShouldBeOk();
        platform["model"].Calls.SelectMany(call => Labels(call.Request)).ShouldBe([9, 2, 1]);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task What_is_no_priority_is_refused_with_the_limits(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["model"]);
        foreach (var priority in (string[])["10", "-1", "high", "4.5"])
        {
            var caller = Front.Of(front);
            caller.RequestHeaders["mulambda-priority"] = priority;

            (await caller.AskAsync(platform, "fast", Front.Images(1)))
                .ShouldFail(400, StatusCode.InvalidArgument, "mulambda-priority", $"'{priority}'", "0", "9");
            (await TestPlatform.ProblemAsync(platform.InferAsync("fast", priority: priority), 400))
                .GetProperty("errors").GetProperty("mulambda-priority")[0].GetString().ShouldNotBeNull().ShouldContain($"'{priority}'");
        }

        platform["model"].Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_queue_refuses_a_less_important_request_in_favour_of_a_more_important_one()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], [.. OneByOne, "--Batching:MaxQueued=2"]);
        using var gate = new Gate(platform["model"]);
        var running = platform.InferAsync("fast", TestPlatform.Body(9));
        await gate.EnteredAsync(1);
        var usual = platform.InferAsync("fast", TestPlatform.Body(4));
        await WaitingAsync(platform, 1);
        var minor = platform.InferAsync("fast", TestPlatform.Body(1), priority: "1");
        await WaitingAsync(platform, 2);

        using var noMoreImportant = await platform.InferAsync("fast", TestPlatform.Body(0), priority: "1");
        ((int)noMoreImportant.StatusCode).ShouldBe(429);
        var important = platform.InferAsync("fast", TestPlatform.Body(8), priority: "8");

        var refused = await TestPlatform.ProblemAsync(minor, 429);
        refused.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain("priority");
        Waiting(platform).ShouldBe(2);
        gate.Open();
        (await Task.WhenAll(running, usual, important)).ShouldAllBe(answer => answer.IsSuccessStatusCode);
        platform["model"].Calls.SelectMany(call => Labels(call.Request)).ShouldBe([9, 8, 4]);
    }
}
