using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Options;

/// <summary>What the command line asks for.</summary>
internal sealed record ExecutorOptions
{
    public const int DefaultHttpPort = 8501;
    public const int DefaultGrpcPort = 8500;

    public IReadOnlyList<ModelSource> Models { get; init; } = [];

    /// <summary>The executor's id in spans, or null for its address.</summary>
    public string? Id { get; init; }

    /// <summary>The port of REST on loopback, 0 for any; null for the URLs of the configuration, or else the default.</summary>
    public int? HttpPort { get; init; }

    /// <summary>The port of gRPC on the addresses of REST, 0 for any; null for the configuration's GRPC_PORT, or else the default.</summary>
    public int? GrpcPort { get; init; }

    /// <summary>The path of gRPC's Unix domain socket, or null for none.</summary>
    public string? GrpcSocket { get; init; }

    /// <summary>The registry, or null for service discovery's.</summary>
    public Uri? Registry { get; init; }

    public string Cache { get; init; } = DefaultCache;

    /// <summary>Runs at a time, of all models together.</summary>
    public int MaxParallelRuns { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests that may wait for a run.</summary>
    public int QueueLimit { get; init; } = 256;

    public int IntraOpThreads { get; init; } = 1;

    /// <summary>How long a model may take to become available.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a request may take that sets no deadline of its own, and at most.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The largest request in bytes, over REST and gRPC.</summary>
    public int MaxRequestBytes { get; init; } = GrpcFraming.DefaultMaxMessageBytes;

    private static string DefaultCache => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "mulambda",
        "artifacts");
}
