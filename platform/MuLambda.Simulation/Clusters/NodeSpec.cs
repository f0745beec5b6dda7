namespace MuLambda.Simulation;

/// <summary>A machine that executors run on.</summary>
/// <param name="Id">Its id: lower-case letters, digits and inner hyphens.</param>
/// <param name="DelayMs">
/// The network's delay of everything the node sends, one way, in milliseconds; what is sent to it arrives at once. So does the published
/// evaluation delay its nodes (netem). <see cref="ClusterSpec.Network"/> takes precedence.
/// </param>
/// <param name="JitterMs">The largest of the evenly distributed extra delay of what the node sends, in milliseconds.</param>
public sealed record NodeSpec(string Id, double DelayMs = 0, double JitterMs = 0);
