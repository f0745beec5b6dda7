using MuLambda.Batching;

namespace MuLambda.Simulation.Scaling;

/// <summary>A batch on its way through a replica.</summary>
internal sealed record RunningBatch(Batch Batch, BatchEntry[] Requests);
