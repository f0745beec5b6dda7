using System.Text.Json.Serialization;

namespace MuLambda.Benchmarks.Selecting;

/// <summary>What wrk measured in one turn, as its script writes it.</summary>
/// <param name="Requests">Answers.</param>
/// <param name="DurationUs">For how long, in microseconds.</param>
/// <param name="Failures">Answers with another status than 2xx or 3xx, and errors of sockets.</param>
/// <param name="P50Us">The median latency, in microseconds.</param>
/// <param name="P99Us">The 99th percentile, in microseconds.</param>
/// <param name="MaxUs">The largest, in microseconds.</param>
internal sealed record WrkResult(
    [property: JsonPropertyName("requests")] long Requests,
    [property: JsonPropertyName("durationUs")] double DurationUs,
    [property: JsonPropertyName("failures")] long Failures,
    [property: JsonPropertyName("p50Us")] double P50Us,
    [property: JsonPropertyName("p99Us")] double P99Us,
    [property: JsonPropertyName("maxUs")] double MaxUs)
{
    /// <summary>Requests a second.</summary>
    public double Rate => Requests / (DurationUs / 1e6);
}
