namespace MuLambda.Catalog;

/// <summary>Where an executor speaks TensorFlow Serving's API.</summary>
/// <param name="Rest">The base URL of its REST API, such as <c>http://127.0.0.1:8501</c>.</param>
/// <param name="Grpc">The base URL of its gRPC API, such as <c>http://127.0.0.1:8500</c>; null where it has none.</param>
/// <param name="Socket">The path of its gRPC Unix domain socket, usable only on the same machine; null where it has none.</param>
public sealed record ExecutorEndpoints(string Rest, string? Grpc = null, string? Socket = null);
