using System.Globalization;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Commands;
using MuLambda.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>
/// What the live runs of a cluster share, every service a process of its own: registry, a prober for each node and an executor for each model of a
/// node. Nodes delay their answers and probes themselves. Each run has a <see cref="LiveSelector"/> beside it.
/// </summary>
internal sealed class LivePlatform : IAsyncDisposable
{
    /// <summary>How long a request may take: every model of the evaluation is far from it.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _directory;
    private readonly StreamWriter _log;
    private readonly DistributedApplication _app;
    private readonly IReadOnlyList<IResourceBuilder<ProjectResource>> _all;
    private readonly IResourceBuilder<ProjectResource> _registry;
    private HttpClient? _http;

    private LivePlatform(LiveSetup setup)
    {
        _directory = Directory.CreateTempSubdirectory("mulambda-live-");
        _log = new StreamWriter(Path.Combine(_directory.FullName, LiveProcesses.Log));
        var builder = LiveProcesses.CreateBuilder(_directory, _log);
        _registry = builder.AddProject("registry", "services/registry/MuLambda.Registry/MuLambda.Registry.csproj")
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Registry__State", Path.Combine(_directory.FullName, "registry"));
        _all = [_registry, .. setup.Schedule.Nodes.Select((_, node) => AddNode(builder, setup, node)).SelectMany(all => all)];
        foreach (var resource in _all)
        {
            LiveProcesses.KeepSmall(resource);
        }

        _app = builder.Build();
    }

    /// <summary>A client of the registry.</summary>
    public RegistryClient Registry => new(_http ??= new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = RegistryAddress });

    /// <summary>Where the registry listens.</summary>
    public Uri RegistryAddress => new(_registry.GetEndpoint("http").Url);

    /// <summary>The processes that run.</summary>
    public IReadOnlyList<int> Processes => [.. _all.SelectMany(resource => _app.GetProcessIds(resource.Resource.Name))];

    /// <summary>The id of a node.</summary>
    public static string NodeId(int node) => FormattableString.Invariant($"node{node}");

    /// <summary>Starts the processes, pushes the models and waits until all of them serve.</summary>
    /// <exception cref="CliException">One does not.</exception>
    public static async Task<LivePlatform> StartAsync(LiveSetup setup, CancellationToken cancellationToken)
    {
        var platform = new LivePlatform(setup);
        await LiveProcesses.StartAsync(token => platform.StartAsync(setup.Schedule, token), platform.EndAsync, cancellationToken);
        return platform;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task StartAsync(PaperSchedule schedule, CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync(_registry.Resource.Name, cancellationToken);
        await LiveModels.PushAsync(Registry, schedule, Path.Combine(_directory.FullName, "models"), cancellationToken);
        foreach (var resource in _all)
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource.Resource.Name, cancellationToken);
        }
    }

    private Task<string> EndAsync()
    {
        _http?.Dispose();
        return LiveProcesses.EndAsync(_app, _log, _directory);
    }

    private IEnumerable<IResourceBuilder<ProjectResource>> AddNode(IDistributedApplicationBuilder builder, LiveSetup setup, int node)
    {
        var delay = FormattableString.Invariant($"{setup.Network.DelayMs(node)}");
        var executors = setup.Schedule.Executors.Where(executor => executor.Node == node).ToList();
        if (executors.Count == 0)
        {
            yield break;
        }

        var prober = builder.AddProject(NodeId(node), "services/prober/MuLambda.Prober/MuLambda.Prober.csproj")
            .WithHttpHealthCheck("/health")
            .WithArgs("--node", NodeId(node), "--probe-delay", delay)
            .WithEnvironment("Prober__PollSeconds", "3")
            .WithReference(_registry)
            .WaitFor(_registry);
        foreach (var executor in executors)
        {
            var model = executor.Model.CatalogName;
            var process = builder.AddProject(executor.Id, "services/executor/MuLambda.Executor/MuLambda.Executor.csproj")
                .WithHttpEndpoint(name: "grpc", env: "GRPC_PORT")
                .WithHttpHealthCheck("/health")
                .WithArgs("--model", model, "--model", LiveModels.WarmUp, "--id", executor.Id)
                .WithArgs("--cache", Path.Combine(_directory.FullName, "cache"))
                .WithArgs("--synthetic", $"{model}={LiveModels.WriteDelay(executor, setup.Seed + node, _directory.FullName)}")
                .WithArgs("--reply-delay", delay, "--request-timeout", $"{RequestTimeout.TotalSeconds}")
                .WithReference(_registry)
                .WaitFor(_registry);
            prober.WithReference(process).WithArgs("--executor", $"{executor.Id}={model},{LiveModels.WarmUp}");
            yield return process;
        }

        yield return prober;
    }
}
