namespace MuLambda.Simulation.Scaling;

/// <summary>How many replicas a model needs for its peak: what somebody who knows the peak would provide all the time.</summary>
public static class PeakProvision
{
    private const double DurationMs = 30_000;
    private const double WarmUpMs = 5000;
    private const int Most = 16;

    // A replica that has so little to do in a second hardly ever keeps a request waiting.
    private const double IdleMsPerSecond = 20;

    /// <summary>The fewest replicas that answer a steady peak in time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="peakPerSecond">Requests a second.</param>
    /// <param name="attainment">The share of them that is to be in time.</param>
    /// <returns>The replicas, at most 16.</returns>
    public static int ReplicasFor(ScaledModel model, double peakPerSecond, double attainment = 0.998)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (peakPerSecond * model.Server.UnbatchedMs < IdleMsPerSecond)
        {
            return 1;
        }

        for (var replicas = Math.Max(1, (int)(peakPerSecond * model.Server.PerItemMs / 1000)); replicas < Most; replicas++)
        {
            var scenario = new ScalingScenario(
                [new ScaledDeployment(model.Name, model, new PoissonArrivals(peakPerSecond), new ConstantReplicas(replicas)) { Max = Most }], DurationMs)
            {
                WarmUpMs = WarmUpMs,
            };
            if (ScalingRun.Run(scenario, seed: 0).Attainment >= attainment)
            {
                return replicas;
            }
        }

        return Most;
    }
}
