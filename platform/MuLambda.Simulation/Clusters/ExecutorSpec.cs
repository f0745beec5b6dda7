namespace MuLambda.Simulation;

/// <summary>An executor: one model on one node.</summary>
/// <param name="Id">Its id: lower-case letters, digits and inner hyphens.</param>
/// <param name="Node">The node's index in <see cref="ClusterSpec.Nodes"/>.</param>
/// <param name="Model">The model's index in <see cref="ClusterSpec.Models"/>.</param>
/// <param name="ServiceTime">How long it takes, where that differs from the model's own; null for the model's.</param>
public sealed record ExecutorSpec(string Id, int Node, int Model, ServiceTime? ServiceTime = null);
