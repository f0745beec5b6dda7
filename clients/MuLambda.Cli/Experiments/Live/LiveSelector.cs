using System.Globalization;
using MuLambda.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;

namespace MuLambda.Cli.Experiments;

/// <summary>
/// The selector of one live run, a process that begins without knowledge. It is the only one while it lives: several would divide the executors
/// among them.
/// </summary>
internal sealed class LiveSelector : IAsyncDisposable
{
    private const string Resource = "selector";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mulambda-live-");
    private readonly StreamWriter _log;
    private readonly DistributedApplication _app;

    private LiveSelector(Uri registry, string policy, long seed)
    {
        _log = new StreamWriter(Path.Combine(_directory.FullName, LiveProcesses.Log));
        var builder = LiveProcesses.CreateBuilder(_directory, _log);
        LiveProcesses.KeepSmall(builder.AddProject(Resource, "services/selector/MuLambda.Selector/MuLambda.Selector.csproj")
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Selector__Registry", registry.AbsoluteUri)
            .WithEnvironment("Selector__Policy", policy)
            .WithEnvironment("Selector__Seed", seed.ToString(CultureInfo.InvariantCulture))
            .WithEnvironment("Selector__Node", LiveApplication.Node)

            // The simulator of the evaluation knows no batches, as its models have none.
            .WithEnvironment("Batching__Policy", "none"));
        _app = builder.Build();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _app.GetEndpoint(Resource);

    /// <summary>Its process.</summary>
    public IReadOnlyList<int> Processes => _app.GetProcessIds(Resource);

    /// <summary>Starts it and waits until it knows the catalog.</summary>
    /// <exception cref="Commands.CliException">It does not.</exception>
    public static async Task<LiveSelector> StartAsync(Uri registry, string policy, long seed, CancellationToken cancellationToken)
    {
        var selector = new LiveSelector(registry, policy, seed);
        await LiveProcesses.StartAsync(selector.StartAsync, selector.EndAsync, cancellationToken);
        return selector;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync(Resource, cancellationToken);
    }

    private Task<string> EndAsync() => LiveProcesses.EndAsync(_app, _log, _directory);
}
