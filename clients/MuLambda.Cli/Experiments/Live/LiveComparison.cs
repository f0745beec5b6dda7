using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>A run on processes beside the same runs in the simulator.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Live">What was measured.</param>
/// <param name="Simulated">What the simulator says of the same requests at the distances measured, over all seeds.</param>
/// <param name="SimulatedMeanSpreadMs">How far half of the 95 % interval of the simulated mean round trip reaches, over the seeds.</param>
internal sealed record LiveComparison(
    PaperCell Cell, string Policy, LiveFigures Live, LiveFigures Simulated, double SimulatedMeanSpreadMs)
{
    /// <summary>How far away the probers found the nodes, in milliseconds.</summary>
    public IReadOnlyList<double> DistancesMs { get; init; } = [];

    /// <summary>How far apart the means may be.</summary>
    public const double Tolerance = 0.15;

    /// <summary>By how much the measured mean is above the simulated one, relative to it.</summary>
    public double MeanDifference => Difference(Live.MeanMs, Simulated.MeanMs);

    /// <summary>By how much the measured median is above the simulated one, relative to it.</summary>
    public double MedianDifference => Difference(Live.MedianMs, Simulated.MedianMs);

    /// <summary>By how much the measured 95th percentile is above the simulated one, relative to it.</summary>
    public double P95Difference => Difference(Live.P95Ms, Simulated.P95Ms);

    /// <summary>Whether the means are close.</summary>
    public bool IsWithinTolerance => Math.Abs(MeanDifference) <= Tolerance;

    private static double Difference(double live, double simulated) => (live / simulated) - 1;
}
