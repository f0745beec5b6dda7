using System.Diagnostics;
using MuLambda.Benchmarks.Targets;

namespace MuLambda.Benchmarks.Serving;

/// <summary>Callers that each send their next call when the last one is answered.</summary>
internal static class ClosedLoop
{
    /// <summary>Measures for a while.</summary>
    public static async Task RunAsync(ITarget target, Payload payload, int callers, TimeSpan duration, Measurement measurement)
    {
        var all = Enumerable.Range(0, callers).Select(_ => target.CreateCaller(payload)).ToArray();
        try
        {
            // Connections are made and the first calls done before the clock runs.
            await Task.WhenAll(all.Select(caller => caller.CallAsync().AsTask()));
            var start = Stopwatch.GetTimestamp();
            var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            var latencies = await Task.WhenAll(all.Select(caller => Task.Run(() => CallAsync(caller, end))));
            measurement.Add(latencies, Stopwatch.GetElapsedTime(start), payload.Items);
        }
        finally
        {
            foreach (var caller in all)
            {
                await caller.DisposeAsync();
            }
        }
    }

    private static async Task<List<double>> CallAsync(ICaller caller, long end)
    {
        var latencies = new List<double>(1024);
        var now = Stopwatch.GetTimestamp();
        while (now < end)
        {
            await caller.CallAsync();
            var done = Stopwatch.GetTimestamp();
            latencies.Add(Stopwatch.GetElapsedTime(now, done).TotalMicroseconds);
            now = done;
        }

        return latencies;
    }
}
