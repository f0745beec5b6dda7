namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>The replicas at a time, as the scaler and the registry say.</summary>
/// <param name="AtSeconds">When, in seconds since the run's begin.</param>
/// <param name="Desired">Decided on.</param>
/// <param name="Starting">Launched, not serving yet.</param>
/// <param name="Ready">Serving.</param>
/// <param name="Draining">Finishing what they have.</param>
/// <param name="Selectable">Those that selectors may choose: ready in the registry.</param>
internal readonly record struct LiveScalingSample(double AtSeconds, int Desired, int Starting, int Ready, int Draining, int Selectable)
{
    /// <summary>Those that are there.</summary>
    public int Alive => Starting + Ready + Draining;
}
