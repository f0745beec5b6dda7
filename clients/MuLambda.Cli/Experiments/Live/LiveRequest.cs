namespace MuLambda.Cli.Experiments;

/// <summary>What became of one request of a live run.</summary>
/// <param name="Stream">The stream that sent it.</param>
/// <param name="Sequence">Its number in the stream, from 0.</param>
/// <param name="Feature">The feature it had.</param>
/// <param name="RoundTripMs">What it took, in milliseconds.</param>
/// <param name="Executor">Who answered; null where nobody did.</param>
/// <param name="Confidence">How confident the answer was.</param>
/// <param name="Failure">Why it failed; null where it was answered.</param>
internal sealed record LiveRequest(
    int Stream, int Sequence, int Feature, double RoundTripMs, string? Executor, double Confidence, string? Failure = null);
