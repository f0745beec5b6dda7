using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Display;

namespace MuLambda.Hosting.Testing;

/// <summary>An AppHost's builder in a test: it does not listen to signals, logs into a file, and cleans up after itself.</summary>
internal sealed class TestingBuilder(DistributedApplicationBuilder inner, string? ownStateDirectory) : IDistributedApplicationTestingBuilder
{
    private DistributedApplication? _application;

    public ConfigurationManager Configuration => inner.Configuration;

    public string AppHostDirectory => inner.AppHostDirectory;

    public Assembly? AppHostAssembly => inner.AppHostAssembly;

    public IHostEnvironment Environment => inner.Environment;

    public IServiceCollection Services => inner.Services;

    public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

    public IResourceCollection Resources => inner.Resources;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource => inner.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => inner.CreateResourceBuilder(resource);

    public DistributedApplication Build()
    {
        Directory.CreateDirectory(inner.StateDirectoryPath);
        var log = new StreamWriter(new FileStream(
            Path.Combine(inner.StateDirectoryPath, "host.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
        inner.Console = new HostConsole(log, colours: false);
        Services.RemoveAll<IHostLifetime>();
        Services.AddSingleton<IHostLifetime, NoLifetime>();
        Services.AddSingleton(_ => new Belongings(log, ownStateDirectory));
        _application = inner.Build();
        // Created before the orchestrator, hence disposed after it.
        _application.Services.GetRequiredService<Belongings>();
        return _application;
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) => Task.FromResult(Build());

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        RemoveState(ownStateDirectory);
    }

    private static void RemoveState(string? directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>What goes with the application.</summary>
    private sealed class Belongings(StreamWriter log, string? stateDirectory) : IDisposable
    {
        public void Dispose()
        {
            log.Dispose();
            RemoveState(stateDirectory);
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
