namespace MuLambda.Benchmarks.Batching;

/// <summary>What is answered when there is always more to do, and the processor time that each request takes.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="ExecutorUs">The executor's processor time a request, in microseconds; null in virtual time.</param>
/// <param name="SelectorUs">The selector's.</param>
/// <param name="CallersUs">The callers'.</param>
internal sealed record Saturation(double PerSecond, double? ExecutorUs = null, double? SelectorUs = null, double? CallersUs = null)
{
    /// <summary>Several rounds as one: their means.</summary>
    public static Saturation Of(IReadOnlyList<Saturation> rounds) => new(
        rounds.Average(r => r.PerSecond), rounds.Average(r => r.ExecutorUs), rounds.Average(r => r.SelectorUs), rounds.Average(r => r.CallersUs));
}
