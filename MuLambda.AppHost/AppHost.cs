var builder = DistributedApplication.CreateBuilder(args);

// The catalog's one writer.
var registry = builder.AddProject("registry", "../services/registry/MuLambda.Registry/MuLambda.Registry.csproj")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health");

// The data path.
var selector = builder.AddProject("selector", "../services/selector/MuLambda.Selector/MuLambda.Selector.csproj")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithReference(registry)
    .WaitFor(registry);

// The executors' companion on this node.
var prober = builder.AddProject("prober", "../services/prober/MuLambda.Prober/MuLambda.Prober.csproj")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(registry)
    .WaitFor(registry);

foreach (var model in new[] { "digits-linear", "digits-mlp-small", "digits-mlp-wide", "digits-cnn" })
{
    var executor = builder.AddProject($"executor-{model}", "../services/executor/MuLambda.Executor/MuLambda.Executor.csproj")
        .WithHttpEndpoint()
        .WithHttpEndpoint(name: "grpc", env: "GRPC_PORT")
        .WithHttpHealthCheck("/health")
        .WithArgs("--model", model)
        .WithReference(registry)
        .WithParentRelationship(prober)
        .WaitFor(registry);
    prober.WithReference(executor);
}

builder.Build().Run();
