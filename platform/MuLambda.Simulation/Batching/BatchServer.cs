namespace MuLambda.Simulation.Batching;

/// <summary>An executor as batches meet it: a fixed time and a time an example, for as many at once as it runs side by side; the others wait.</summary>
/// <param name="FixedMs">What a batch takes before its first example, in milliseconds: kernel launches, weights read from memory.</param>
/// <param name="PerItemMs">What each example adds, in milliseconds.</param>
/// <param name="Parallel">Batches that run side by side at full speed.</param>
/// <param name="TransportMs">What a call takes beside, in milliseconds; it keeps nobody waiting.</param>
/// <param name="Sigma">The standard deviation of the logarithm of the scatter of times.</param>
public sealed record BatchServer(double FixedMs, double PerItemMs, int Parallel = 1, double TransportMs = 0.2, double Sigma = 0.05)
{
    /// <summary>A graphics processor: most of what a small batch takes is fixed.</summary>
    public static BatchServer Gpu { get; } = new(FixedMs: 8, PerItemMs: 0.25);

    /// <summary>A network of a few layers on two processor cores: a batch saves little more than the call.</summary>
    public static BatchServer Cpu { get; } = new(FixedMs: 0.6, PerItemMs: 0.5, Parallel: 2);

    /// <summary>What requests of one example get when each goes alone, a second.</summary>
    public double UnbatchedPerSecond => 1000 * Parallel / (FixedMs + PerItemMs);

    /// <summary>The median time of a request that goes alone to an idle executor, in milliseconds.</summary>
    public double UnbatchedMs => FixedMs + PerItemMs + TransportMs;
}
