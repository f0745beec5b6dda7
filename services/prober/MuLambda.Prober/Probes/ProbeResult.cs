namespace MuLambda.Prober.Probes;

/// <summary>What one probe came to.</summary>
internal abstract record ProbeResult
{
    private ProbeResult()
    {
    }

    /// <summary>It answered over a warm connection; a client with nothing in it, a prober with its coordinate.</summary>
    public sealed record Answered(TimeSpan RoundTrip, byte[] Body) : ProbeResult;

    /// <summary>The client did not answer in time; the round trip is at least the timeout, and counts as that.</summary>
    public sealed record TimedOut(TimeSpan Timeout) : ProbeResult;

    /// <summary>The endpoint may not be probed.</summary>
    public sealed record Refused(string Reason) : ProbeResult;

    /// <summary>There was no answer to measure; it says nothing about the distance.</summary>
    public sealed record Failed(string Reason) : ProbeResult;
}
