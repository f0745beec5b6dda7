using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Selector.Tests.Fronts;
using static MuLambda.Selector.Tests.Batching.Batches;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>Ten times as many requests as a queue holds, while its executor is busy.</summary>
public sealed class OverloadTests
{
    private const int MaxQueued = 16;

    private static readonly string[] Bounded = [.. OneAtATime, $"--Batching:MaxQueued={MaxQueued}", "--Selector:MaxConcurrentRequests=2000"];

    public static TheoryData<string> Fronts => Front.All;

    [Theory]
    [MemberData(nameof(Fronts))]
    public async Task The_bound_holds_and_all_beyond_it_are_refused_at_once(string front)
    {
        await using var platform = await TestPlatform.StartAsync(["model"], Bounded);
        using var gate = new Gate(platform["model"]);
        var taken = await FillAsync(platform, gate, front);
        var most = 0;

        // While the executor answers nothing: who waited for it would never come back.
        var refused = await Task.WhenAll(Enumerable.Range(0, 10 * MaxQueued).Select(async _ =>
        {
            var answer = await Front.Of(front).AskAsync(platform, "fast", Front.Images(3));
            InterlockedMax(ref most, Waiting(platform));
            return answer;
        }));

        refused.ShouldAllBe(answer => answer.Http == 429 || answer.Grpc == StatusCode.ResourceExhausted);
        most.ShouldBe(MaxQueued);
        gate.Open();
        foreach (var answer in await Task.WhenAll(taken))
        {
            answer.ShouldBeOk();
        }

        Sizes(platform["model"]).ShouldBe([1, MaxQueued]);
        platform.Log.From(LogLevel.Information).ShouldNotContain(line => line.Contains("full", StringComparison.Ordinal), "thousands of lines would only take what is short");
    }

    [Fact]
    public async Task Nothing_of_what_was_refused_is_kept()
    {
        await using var platform = await TestPlatform.StartAsync(["model"], Bounded);
        using var gate = new Gate(platform["model"]);
        var taken = await FillAsync(platform, gate, "tensorflow-serving-rest");

        var refused = await Task.WhenAll(Enumerable.Range(0, 10 * MaxQueued).Select(_ => RefusedAsync(platform)));

        // With the queue still full. A collection may find the last ones on the stack of a thread that ends just now.
        await Eventually(() =>
        {
            GC.Collect();
            return !refused.Any(inputs => inputs.TryGetTarget(out _));
        });
        Waiting(platform).ShouldBe(MaxQueued);
        gate.Open();
        await Task.WhenAll(taken);
    }

    // One request in the executor, and as many waiting as may.
    private static async Task<List<Task<FrontAnswer>>> FillAsync(TestPlatform platform, Gate gate, string front)
    {
        var taken = new List<Task<FrontAnswer>> { Front.Of(front).AskAsync(platform, "fast", Front.Images(9)) };
        await gate.EnteredAsync(1);
        taken.AddRange(Enumerable.Range(0, MaxQueued).Select(_ => Front.Of(front).AskAsync(platform, "fast", Front.Images(1))));
        await WaitingAsync(platform, MaxQueued);
        return taken;
    }

    // Asks the selector's own queue, so that the inputs it was given are at hand.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference<TensorProto>> RefusedAsync(TestPlatform platform)
    {
        var selecting = platform.Services.GetRequiredService<Selecting>();
        var candidate = selecting.Survey(Selecting.DemandOf(selecting.Snapshot, "fast"), 1)[0].Candidate;
        var image = Front.Images(3);
        var inputs = new ModelInputs("serving_default", new Dictionary<string, TensorProto> { ["image"] = image }, 1, "inputs");
        var queue = platform.Services.GetRequiredService<ExecutorQueues>().Of(candidate, inputs).ShouldNotBeNull();
        var terms = new QueueTerms("fast", 1, RequestPriority.Default, TestPlatform.Patience, TestPlatform.Patience);
        var refusal = (await queue.PredictAsync(candidate, inputs, terms, CancellationToken.None)).Refusal.ShouldNotBeNull();
        refusal.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        return new WeakReference<TensorProto>(image);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int known;
        while ((known = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, known) != known)
        {
            // Another one was faster.
        }
    }
}
