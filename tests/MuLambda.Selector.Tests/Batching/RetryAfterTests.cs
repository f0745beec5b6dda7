using System.Globalization;
using MuLambda.Protocol.Grpc;
using MuLambda.Selector.Tests.Fronts;
using static MuLambda.Selector.Tests.Batching.Batches;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>A refusal says when to come again by what the queue expects.</summary>
public sealed class RetryAfterTests
{
    private const int Patient = 3_000_000;

    public static TheoryData<string> Fronts => Front.All;

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task A_refusal_tells_when_there_will_be_a_place(string front)
    {
        await using var platform = await BusyAsync(batchSeconds: 30);

        var refused = await Front.Of(front).AskAsync(platform, "fast", Front.Images(3), Patient);

        // A batch takes half a minute, and the one that runs began a moment ago.
        refused.ShouldFail(429, StatusCode.ResourceExhausted);
        SecondsOf(refused.Headers["retry-after"]).ShouldBeInRange(2, 31);
        if (refused.Grpc is not null)
        {
            double.Parse(refused.Headers[GrpcHeaders.RetryPushback], CultureInfo.InvariantCulture).ShouldBeInRange(1001, 31_000);
        }
    }

    [Fact]
    public async Task A_refusal_of_the_own_api_tells_when_there_will_be_a_place()
    {
        await using var platform = await BusyAsync(batchSeconds: 30);

        using var refused = await platform.InferAsync("fast", timeoutMs: Patient);

        ((int)refused.StatusCode).ShouldBe(429);
        refused.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(2, 31);
    }

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task Nobody_is_told_to_wait_for_more_than_a_minute(string front)
    {
        await using var platform = await BusyAsync(batchSeconds: 300);

        var refused = await Front.Of(front).AskAsync(platform, "fast", Front.Images(3), Patient);

        refused.ShouldFail(429, StatusCode.ResourceExhausted).Headers["retry-after"].ShouldBe("60");
        if (refused.Grpc is not null)
        {
            refused.Headers[GrpcHeaders.RetryPushback].ShouldBe("60000");
        }
    }

    [Fact]
    public async Task What_a_full_executor_says_itself_is_passed_on()
    {
        await using var platform = await TestPlatform.StartAsync(["model"]);
        platform["model"].Handler = (_, _) =>
            throw new GrpcException(StatusCode.ResourceExhausted, "full") { RetryAfter = TimeSpan.FromSeconds(7.5) };

        var refused = await Front.Of("tensorflow-serving-grpc").AskAsync(platform, "fast", Front.Images(3));

        refused.Headers[GrpcHeaders.RetryPushback].ShouldBe("7500");
        refused.Headers["retry-after"].ShouldBe("8");
    }

    // One batch runs, one request waits, and there is room for no other. Batches were seen to take so long.
    private static async Task<TestPlatform> BusyAsync(int batchSeconds)
    {
        var platform = await TestPlatform.StartAsync(["model"], [.. OneAtATime, "--Batching:MaxQueued=1"]);
        platform["model"].Handler = (request, _) =>
        {
            platform.Time.Advance(TimeSpan.FromSeconds(batchSeconds));
            return Task.FromResult(TestExecutor.Answer(request));
        };
        for (var i = 0; i < 3; i++)
        {
            await platform.AnswerAsync("fast", timeoutMs: Patient);
        }

        // Nobody opens it: who waits is cut off with the platform.
        var gate = new Gate(platform["model"]);
        _ = platform.InferAsync("fast", timeoutMs: Patient);
        await gate.EnteredAsync(1);
        _ = platform.InferAsync("fast", timeoutMs: Patient);
        await WaitingAsync(platform, 1);
        return platform;
    }

    private static int SecondsOf(string header) => int.Parse(header, NumberStyles.None, CultureInfo.InvariantCulture);
}
