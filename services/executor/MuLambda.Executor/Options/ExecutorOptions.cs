using System.Collections.Frozen;
using MuLambda.Executor.Synthetic;
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

    /// <summary>Which versions of the models are served whose version is not named; by model, the empty name for all others.</summary>
    public IReadOnlyDictionary<string, VersionPolicy> Policies { get; init; } = FrozenDictionary<string, VersionPolicy>.Empty;

    /// <summary>Globs of names that patterns of models do not mean.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>How often directories are looked at for versions; zero for once.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most memory the models may take together, as estimated.</summary>
    public long MaxModelBytes { get; init; } = DefaultMaxModelBytes;

    /// <summary>The most the cache keeps of the registry's artifacts, what is served excepted.</summary>
    public long CacheMaxBytes { get; init; } = 20L << 30;

    /// <summary>TensorFlow Serving's model config file, or null for none.</summary>
    public string? ModelConfig { get; init; }

    /// <summary>How often the model config file is read again; zero for once.</summary>
    public TimeSpan ModelConfigPoll { get; init; } = TimeSpan.Zero;

    /// <summary>Whether versions run once before they are available.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>How long that may take.</summary>
    public TimeSpan WarmUpTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Models that are loaded at a time.</summary>
    public int MaxParallelLoads { get; init; } = Environment.ProcessorCount;

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

    /// <summary>The models whose answers take the time of a synthetic one, by name.</summary>
    public IReadOnlyDictionary<string, SyntheticDelay> Synthetic { get; init; } = FrozenDictionary<string, SyntheticDelay>.Empty;

    /// <summary>How much later the answers to calls of models leave.</summary>
    public TimeSpan ReplyDelay { get; init; }

    /// <summary>The file whose time is renewed as long as this executor is wanted, or null for none.</summary>
    public string? KeepAliveFile { get; init; }

    /// <summary>How old that time may become.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The file that gets a line for each phase that a model enters, or null for none.</summary>
    public string? PhasesFile { get; init; }

    /// <summary>True where there is a registry and no model of it yet: somebody will add some while the executor runs.</summary>
    public bool IsEmpty => Registry is not null && Models.Count == 0 && ModelConfig is null;

    // The rest is for requests and the runtime; within a container the runtime knows its limit.
    private static long DefaultMaxModelBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 8;

    /// <summary>The models that were named, here and in the model config file.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, or names a model again.</exception>
    public IReadOnlyList<ConfiguredModel> Configured()
    {
        List<ConfiguredModel> models = [.. Named(), .. ModelConfig is { } file ? ServerConfig.Read(file) : []];
        return models.GroupBy(model => model.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } again
            ? throw new InvalidDataException($"{ModelConfig} lists '{again.Key}', which --model names.")
            : models;
    }

    private IEnumerable<ConfiguredModel> Named() =>
    [
        .. Models.Where(model => !model.IsPattern).Select(model => new ConfiguredModel(model.Name, model.Path)
        {
            Policy = model.Version is { } version ? VersionPolicy.Specific(version) : PolicyOf(model.Name),
        }),
    ];

    /// <summary>The patterns of models.</summary>
    public IReadOnlyList<ModelPattern> Patterns() =>
    [
        .. Models.Where(model => model.IsPattern)
            .Select(model => new ModelPattern(model.Name) { Policy = PolicyOf(model.Name), Excluded = Excluded }),
    ];

    private VersionPolicy PolicyOf(string model) =>
        Policies.GetValueOrDefault(model) ?? Policies.GetValueOrDefault(string.Empty) ?? VersionPolicy.LatestOne;

    private static string DefaultCache => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "mulambda",
        "artifacts");
}
