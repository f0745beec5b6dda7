using System.Net;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Commands;
using MuLambda.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>The processes of a run: registry, selector, prober and scaler as they are, and the executors that the scaler launches and that end with it.</summary>
internal sealed class LiveScalingPlatform : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mulambda-live-");
    private readonly StreamWriter _log;
    private readonly DistributedApplication _app;
    private readonly IReadOnlyList<string> _names;
    private HttpClient? _registryHttp;
    private HttpClient? _scalerHttp;

    private LiveScalingPlatform(LiveScalingPlan plan)
    {
        _log = new StreamWriter(Path.Combine(_directory.FullName, LiveProcesses.Log));
        var builder = LiveProcesses.CreateBuilder(_directory, _log);
        var registry = Service("registry").WithEnvironment("Registry__State", Path.Combine(_directory.FullName, "registry"));
        IResourceBuilder<ProjectResource>[] all =
        [
            registry,
            Service("selector")
                .WithEnvironment("Selector__Node", LiveApplication.Node)

                // The model waits as a device works: one batch at a time.
                .WithEnvironment("Batching__MaxInFlight", "1")
                .WithReference(registry).WaitFor(registry),
            Service("prober").WithArgs("--node", LiveApplication.Node).WithReference(registry).WaitFor(registry),
            Service("scaler")
                .WithArgs("--node", LiveApplication.Node, "--state", Path.Combine(_directory.FullName, "scaler"), "--retire-on-exit", "true")
                .WithArgs("--cache", Path.Combine(_directory.FullName, "cache"))
                .WithEnvironment("Scaler__ExecutorArguments__0", "--synthetic")
                .WithEnvironment("Scaler__ExecutorArguments__1", $"{LiveScalingModel.Name}={LiveScalingModel.WriteDelay(plan, _directory.FullName)}")
                .WithReference(registry).WaitFor(registry),
        ];
        foreach (var resource in all)
        {
            LiveProcesses.KeepSmall(resource);
        }

        _names = [.. all.Select(resource => resource.Resource.Name)];
        _app = builder.Build();

        IResourceBuilder<ProjectResource> Service(string name)
        {
            var project = $"MuLambda.{char.ToUpperInvariant(name[0])}{name[1..]}";
            return builder.AddProject(name, $"services/{name}/{project}/{project}.csproj").WithHttpHealthCheck("/health");
        }
    }

    /// <summary>A client of the registry.</summary>
    public RegistryClient Registry => new(_registryHttp ??= _app.CreateHttpClient("registry"));

    /// <summary>A client of the scaler.</summary>
    public HttpClient Scaler => _scalerHttp ??= _app.CreateHttpClient("scaler");

    /// <summary>Where the selector listens.</summary>
    public Uri Selector => _app.GetEndpoint("selector");

    /// <summary>The processes that run, but for executors.</summary>
    public IReadOnlyList<int> Processes => [.. _names.SelectMany(_app.GetProcessIds)];

    /// <summary>Starts the processes, deploys the model and waits until a request for it could be sent.</summary>
    /// <exception cref="CliException">One does not start.</exception>
    public static async Task<LiveScalingPlatform> StartAsync(LiveScalingPlan plan, CancellationToken cancellationToken)
    {
        var platform = new LiveScalingPlatform(plan);
        await LiveProcesses.StartAsync(token => platform.DeployAsync(plan, token), platform.EndAsync, cancellationToken);
        return platform;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task DeployAsync(LiveScalingPlan plan, CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        foreach (var name in _names)
        {
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(name, cancellationToken);
        }

        await LiveScalingModel.DeployAsync(Registry, plan, Path.Combine(_directory.FullName, "models"), cancellationToken);
        using var selector = _app.CreateHttpClient("selector");
        using var poll = new PeriodicTimer(Poll);
        while (!(await LiveScalingStatus.GetAsync(Scaler, cancellationToken)).IsDemandKnown || !await KnowsClientAsync(selector, cancellationToken))
        {
            await poll.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<bool> KnowsClientAsync(HttpClient selector, CancellationToken cancellationToken)
    {
        using var response = await selector.GetAsync(new Uri($"v1/candidates?client={LiveScalingModel.Client}", UriKind.Relative), cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private Task<string> EndAsync()
    {
        _registryHttp?.Dispose();
        _scalerHttp?.Dispose();
        return LiveProcesses.EndAsync(_app, _log, _directory);
    }
}
