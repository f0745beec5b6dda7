using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Protocol.Serving;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>What tests see of queues and batches.</summary>
internal static class Batches
{
    /// <summary>One batch at a time, of all that waits: what is in a batch depends on nothing but what came meanwhile.</summary>
    public static readonly string[] OneAtATime =
        ["--Batching:Policy=fixed", "--Batching:FixedInFlight=1", "--Batching:FixedTimeoutMs=0", "--Batching:FixedItems=64"];

    public static int Waiting(TestPlatform platform) =>
        platform.Services.GetRequiredService<ExecutorQueues>().Waiting.Sum(waiting => waiting.Requests);

    public static Task WaitingAsync(TestPlatform platform, int requests) => Eventually(() => Waiting(platform) == requests);

    public static async Task Eventually(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TestPlatform.Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await poll.WaitForNextTickAsync(patience.Token);
        }
    }

    public static IEnumerable<int> Sizes(TestExecutor executor) =>
        executor.Calls.Select(call => (int)call.Request.Inputs["image"].TensorShape.Dim[0].Size);

    public static IEnumerable<int> Labels(PredictRequest request) =>
        Enumerable.Range(0, (int)request.Inputs["image"].TensorShape.Dim[0].Size)
            .Select(row => (int)BitConverter.ToSingle(request.Inputs["image"].TensorContent.Span[(row * 16)..]));

    public static IEnumerable<int> LabelsOf(JsonElement answer) => answer.GetProperty("predictions").EnumerateArray()
        .Select(row => row.EnumerateArray().Select(value => value.GetDouble()).ToList())
        .Select(row => row.IndexOf(row.Max()));
}
