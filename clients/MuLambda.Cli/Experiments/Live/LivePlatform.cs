using System.Globalization;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Commands;
using MuLambda.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>
/// The platform of a live run, every service a process of its own: registry, a selector for each run (so that each begins without
/// knowledge), a prober for each node and an executor for each model of a node. Nodes delay their answers and probes themselves.
/// </summary>
internal sealed class LivePlatform : IAsyncDisposable
{
    /// <summary>How long a request may take: every model of the evaluation is far from it.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _directory;
    private readonly StreamWriter _log;
    private readonly DistributedApplication _app;
    private readonly IReadOnlyList<IResourceBuilder<ProjectResource>> _all;
    private readonly IResourceBuilder<ProjectResource> _registry;
    private readonly IReadOnlyList<IResourceBuilder<ProjectResource>> _selectors;
    private HttpClient? _http;

    private LivePlatform(LiveSetup setup)
    {
        _directory = Directory.CreateTempSubdirectory("mulambda-live-");
        _log = new StreamWriter(Path.Combine(_directory.FullName, "processes.log"));
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--state", _directory.FullName, "--container-command", "none"],
            AssemblyName = typeof(LivePlatform).Assembly.GetName().Name,
            ProjectDirectory = RepositoryOutput.Find(),
            Output = TextWriter.Synchronized(_log),
        });

        NoLifetime.Replace(builder.Services);
        _registry = builder.AddProject("registry", "services/registry/MuLambda.Registry/MuLambda.Registry.csproj")
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Registry__State", Path.Combine(_directory.FullName, "registry"));
        _selectors = [.. setup.Policies.Select((policy, i) =>
            builder.AddProject($"selector-{i}", "services/selector/MuLambda.Selector/MuLambda.Selector.csproj")
                .WithHttpHealthCheck("/health")
                .WithEnvironment("Selector__Policy", policy)
                .WithEnvironment("Selector__Seed", (setup.Seed + i).ToString(CultureInfo.InvariantCulture))
                .WithEnvironment("Selector__Node", LiveApplication.Node)
                .WithReference(_registry)
                .WaitFor(_registry))];
        _all = [_registry, .. _selectors, .. setup.Schedule.Nodes.Select((_, node) => AddNode(builder, setup, node)).SelectMany(all => all)];
        foreach (var resource in _all)
        {
            // There are more processes than processors: what they do beside their work is kept small.
            resource.WithEnvironment("DOTNET_gcServer", "0").WithEnvironment("DOTNET_TieredPGO", "0");
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

    /// <summary>Where the selector of a run listens.</summary>
    public Uri SelectorAddress(int run) => new(_selectors[run].GetEndpoint("http").Url);

    /// <summary>Starts the processes, pushes the models and waits until all of them serve.</summary>
    /// <exception cref="CliException">One does not.</exception>
    public static async Task<LivePlatform> StartAsync(LiveSetup setup, CancellationToken cancellationToken)
    {
        var platform = new LivePlatform(setup);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        try
        {
            await platform.StartAsync(setup.Schedule, deadline.Token);
            return platform;
        }
        catch (Exception e) when (e is DistributedApplicationException or OperationCanceledException or HttpRequestException)
        {
            var log = await platform.EndAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new CliException(
                ExitCodes.Failed,
                $"The processes did not start: {(e is OperationCanceledException ? $"not all were ready within {StartTimeout.TotalMinutes} minutes" : e.Message)}\n{log}",
                e);
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
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

    /// <summary>Stops everything.</summary>
    /// <returns>The end of what the processes wrote.</returns>
    private async Task<string> EndAsync()
    {
        _http?.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _log.DisposeAsync();
        var lines = File.ReadLines(Path.Combine(_directory.FullName, "processes.log")).TakeLast(20).ToArray();
        _directory.Delete(recursive: true);
        return string.Join('\n', lines);
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
