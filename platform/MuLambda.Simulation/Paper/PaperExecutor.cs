namespace MuLambda.Simulation.Paper;

/// <summary>An executor of a schedule.</summary>
/// <param name="Id">Such as <c>node0-fastbad</c>; a node's second executor of a model has <c>-2</c> after it.</param>
/// <param name="Node">The index of its node.</param>
/// <param name="Model">What it serves.</param>
public sealed record PaperExecutor(string Id, int Node, PaperModel Model);
