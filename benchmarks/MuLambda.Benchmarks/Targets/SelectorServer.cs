namespace MuLambda.Benchmarks.Targets;

/// <summary>A selector as a process of its own.</summary>
/// <param name="Process">The process.</param>
/// <param name="Rest">Where REST is.</param>
/// <param name="Grpc">Where gRPC is.</param>
internal sealed record SelectorServer(ServerProcess Process, Uri Rest, string Grpc);
