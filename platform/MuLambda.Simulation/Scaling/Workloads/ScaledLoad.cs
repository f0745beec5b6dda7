namespace MuLambda.Simulation.Scaling;

/// <summary>The requests for a deployment.</summary>
/// <param name="Name">The deployment.</param>
/// <param name="Model">Its model.</param>
/// <param name="Arrivals">When requests come.</param>
/// <param name="PeakPerSecond">How many come in a second when the most do.</param>
public sealed record ScaledLoad(string Name, ScaledModel Model, ArrivalProcess Arrivals, double PeakPerSecond);
