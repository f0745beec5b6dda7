using MuLambda.Load;

namespace MuLambda.Cli.Load;

/// <summary>What <c>load</c> found.</summary>
/// <param name="Model">The model.</param>
/// <param name="Protocol">How requests were sent: <c>rest</c> or <c>grpc</c>.</param>
/// <param name="Load">The load in words.</param>
/// <param name="SloMs">The latency within which an answer is goodput, in milliseconds; null for none.</param>
/// <param name="Seed">What decided the schedule.</param>
/// <param name="Runs">What was measured, a run a target.</param>
internal sealed record LoadOutcome(
    string Model, string Protocol, string Load, double? SloMs, long Seed, IReadOnlyList<LoadResult> Runs)
{
    /// <summary>The files that were written.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
