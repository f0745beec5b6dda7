using MuLambda.Cli.Experiments;
using MuLambda.Load;

namespace MuLambda.Cli.Load;

/// <summary>How a load goes, in a few words.</summary>
internal static class LoadProgress
{
    public static string Describe(LoadSnapshot snapshot)
    {
        var second = snapshot.LastSecond;
        var latency = second.P99Ms is { } p99 ? $", p99 {Words.Milliseconds(p99)}" : "";
        return Words.Of($"{(snapshot.IsWarmUp ? "warming up, " : "")}{second.Answered}/s{latency}, {second.InFlight} under way, {snapshot.Failed} failed");
    }
}
