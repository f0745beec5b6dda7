using MuLambda.Simulation.Batching;

namespace MuLambda.Simulation.Scaling;

/// <summary>A model whose replicas come and go.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Server">What batches take on a replica.</param>
/// <param name="ColdStart">What a launch takes.</param>
/// <param name="SloMs">The latency within which requests are to be answered, in milliseconds.</param>
public sealed record ScaledModel(string Name, BatchServer Server, ColdStart ColdStart, double SloMs);
