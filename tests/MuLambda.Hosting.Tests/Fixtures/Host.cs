using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Display;

namespace MuLambda.Hosting.Tests.Fixtures;

/// <summary>An application in this process, with a directory of its own that goes with it.</summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly SharedWriter _output = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));
    private DistributedApplication? _app;

    public Host(params string[] args)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("hosting-").FullName;
        State = Path.Combine(Directory, "state");
        string[] engine = args.Contains("--container-command") ? [] : ["--container-command", "none"];
        Builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            ProjectDirectory = Directory,
            AssemblyName = typeof(Host).Assembly.GetName().Name,
            Args = [.. engine, "--state", State, .. args],
        });
        ((DistributedApplicationBuilder)Builder).Console = new HostConsole(_output, colours: false);
        Builder.Services.RemoveAll<IHostLifetime>();
        Builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
    }

    public IDistributedApplicationBuilder Builder { get; }

    /// <summary>Where relative paths of the application begin.</summary>
    public string Directory { get; }

    public string State { get; }

    public DistributedApplication App => _app ??= Builder.Build();

    /// <summary>What the person at the console has seen.</summary>
    public string Output => _output.Text;

    /// <summary>Ends a test that waits in vain.</summary>
    public CancellationToken Deadline => _deadline.Token;

    public IResourceBuilder<ExecutableResource> AddShell(string name, string script) =>
        Builder.AddExecutable(name, "sh", ".", "-c", script);

    public IResourceBuilder<ProjectResource> AddWeb(string name) =>
        Builder.AddProject(name, FixtureProject.Create(Directory)).WithArgs("serve").WithHttpHealthCheck("/health");

    public Task StartAsync() => App.StartAsync(Deadline);

    public Task<ResourceEvent> UntilHealthyAsync(string name) => App.ResourceNotifications.WaitForResourceHealthyAsync(name, Deadline);

    public Task UntilAsync(string name, string state) => App.ResourceNotifications.WaitForResourceAsync(name, state, Deadline);

    public async Task UntilOutputAsync(string text)
    {
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            await _output.ChangedAsync(Deadline);
        }
    }

    public string FilePath(string name) => Path.Combine(Directory, name);

    public JsonElement Endpoints(string resource) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(State, "endpoints.json"))).RootElement.GetProperty("resources").GetProperty(resource);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _deadline.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
