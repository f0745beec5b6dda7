namespace MuLambda.Prober.Probes;

/// <summary>A probe endpoint lies outside of what may be probed.</summary>
/// <param name="message">Which and why.</param>
internal sealed class ProbeRefusedException(string message) : Exception(message);
