// The platform as one reads it: every process is one statement.
var builder = DistributedApplication.CreateBuilder(args);

var state = builder.Configuration["MuLambda:State"] ?? Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", ".mulambda"));
var withContainers = builder.Configuration["MuLambda:Containers"] != "false";
var withSamples = builder.Configuration["MuLambda:Samples"] != "false";

// The catalog's one writer.
var registry = builder.AddProject("registry", "../services/registry/MuLambda.Registry/MuLambda.Registry.csproj")
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Registry__State", Path.Combine(state, "registry"));

// The data path. Its gRPC is for clients of TensorFlow Serving and of the Open Inference Protocol.
var selector = builder.AddProject("selector", "../services/selector/MuLambda.Selector/MuLambda.Selector.csproj")
    .WithHttpEndpoint(name: "grpc", env: "GRPC_PORT")
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithReference(registry)
    .WaitFor(registry);

// The executors' companion on this node. They answer on Unix sockets too, where the path leaves room for one (108 bytes).
var sockets = Path.Combine(state, "run");
var withSockets = sockets.Length < 80;
var prober = builder.AddProject("prober", "../services/prober/MuLambda.Prober/MuLambda.Prober.csproj")
    .WithHttpHealthCheck("/health")
    .WithArgs(withSockets ? ["--socket-dir", sockets] : [])
    .WithReference(registry)
    .WaitFor(registry);

// Launches executors for what is deployed, as many as it takes, and retires them. When the host stops they end with it.
builder.AddProject("scaler", "../services/scaler/MuLambda.Scaler/MuLambda.Scaler.csproj")
    .WithHttpHealthCheck("/health")
    .WithArgs("--state", Path.Combine(state, "scaler"), "--cache", Path.Combine(state, "cache"), "--retire-on-exit", "true")
    .WithArgs(withSockets ? ["--socket-dir", sockets] : [])
    .WithReference(registry)
    .WaitFor(registry);

// With a container engine the catalog lies in Dragonfly and MinIO; without one the registry embeds its stores.
if (withContainers)
{
    // Volumes belong to the machine: every state directory has its own.
    var suffix = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(state)))[..8];
    var password = builder.AddParameter("store-password", Guid.NewGuid().ToString("N"), secret: true);
    var dragonfly = builder.AddContainer("dragonfly", "docker.dragonflydb.io/dragonflydb/dragonfly", "v1.27.1")
        .WithEndpoint(targetPort: 6379, name: "redis", scheme: "redis")
        .WithEnvironment("DFLY_requirepass", password)
        .WithEnvironment("DFLY_snapshot_cron", "* * * * *")
        .WithVolume($"mulambda-dragonfly-{suffix}", "/data");
    var minio = builder.AddContainer("minio", "quay.io/minio/minio", "RELEASE.2025-04-22T22-12-26Z")
        .WithHttpEndpoint(targetPort: 9000)
        .WithHttpHealthCheck("/minio/health/ready")
        .WithArgs("server", "/data")
        .WithEnvironment("MINIO_ROOT_USER", "mulambda")
        .WithEnvironment("MINIO_ROOT_PASSWORD", password)
        .WithVolume($"mulambda-minio-{suffix}", "/data");

    var redis = dragonfly.GetEndpoint("redis");
    var metadata = builder.AddConnectionString("metadata", ReferenceExpression.Create(
        $"{redis.Property(EndpointProperty.Host)}:{redis.Property(EndpointProperty.Port)},password={password}"));
    var artifacts = builder.AddConnectionString("artifacts", ReferenceExpression.Create(
        $"Endpoint={minio.GetEndpoint("http")};AccessKey=mulambda;SecretKey={password};Bucket=models"));
    registry.WithReference(metadata).WithReference(artifacts).WaitFor(dragonfly).WaitFor(minio);
}

// Whatever is pushed is served by one executor of many models; the samples' digits have executors of their own.
var executor = builder.AddProject("executor", "../services/executor/MuLambda.Executor/MuLambda.Executor.csproj")
    .WithHttpEndpoint(name: "grpc", env: "GRPC_PORT")
    .WithHttpHealthCheck("/health")
    .WithArgs("--model", "*", "--id", "executor", "--cache", Path.Combine(state, "cache"))
    .WithArgs(withSamples ? ["--exclude-model", "digits-*"] : [])
    .WithArgs(withSockets ? ["--grpc-socket", Path.Combine(sockets, "executor.sock")] : [])
    .WithReference(registry)
    .WaitFor(registry);
prober.WithReference(executor).WithArgs("--executor", withSamples ? "executor=*,!digits-*" : "executor=*");

if (withSamples)
{
    var zoo = builder.AddProject("zoo", "../clients/MuLambda.Cli/MuLambda.Cli.csproj")
        .WithArgs("models", "push", "--zoo", Path.Combine(builder.AppHostDirectory, "..", "models", "digits"))
        .WithReference(registry)
        .WaitFor(registry);

    foreach (var model in new[] { "digits-linear", "digits-mlp-small", "digits-mlp-wide", "digits-cnn" })
    {
        var digits = builder.AddProject(model, "../services/executor/MuLambda.Executor/MuLambda.Executor.csproj")
            .WithHttpEndpoint(name: "grpc", env: "GRPC_PORT")
            .WithHttpHealthCheck("/health")
            .WithArgs("--model", model, "--id", model, "--cache", Path.Combine(state, "cache"))
            .WithArgs(withSockets ? ["--grpc-socket", Path.Combine(sockets, $"{model}.sock")] : [])
            .WithReference(registry)
            .WaitForCompletion(zoo);
        prober.WithReference(digits).WithArgs("--executor", model);
    }

    foreach (var (client, latency, accuracy) in new[] { ("digits-fast", "1", "0"), ("digits-balanced", "0.5", "0.5"), ("digits-accurate", "0", "1") })
    {
        builder.AddProject(client, "../clients/samples/Digits/Digits.csproj")
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Client__Id", client)
            .WithEnvironment("Client__Latency", latency)
            .WithEnvironment("Client__Accuracy", accuracy)
            .WithReference(registry)
            .WithReference(selector)
            .WaitFor(selector);
    }
}

builder.Build().Run();
