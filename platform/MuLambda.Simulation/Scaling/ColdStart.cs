namespace MuLambda.Simulation.Scaling;

/// <summary>What a launch takes until the replica serves: its process starts, then the model is loaded, each log-normally distributed.</summary>
/// <param name="ProcessMs">The mean until the process runs, in milliseconds.</param>
/// <param name="LoadMs">The mean from then until the model is loaded and warm, in milliseconds.</param>
/// <param name="Sigma">The standard deviation of the logarithm of each.</param>
public sealed record ColdStart(double ProcessMs, double LoadMs, double Sigma = 0.15)
{
    /// <summary>The mean of both together, in milliseconds.</summary>
    public double MeanMs => ProcessMs + LoadMs;

    internal double DrawMs(RequestChance chance) => Part(ProcessMs, chance.Normal(0)) + Part(LoadMs, chance.Normal(1));

    private double Part(double meanMs, double normal) => meanMs * Math.Exp((Sigma * normal) - (Sigma * Sigma / 2));
}
