using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Containers;
using MuLambda.Hosting.Display;
using MuLambda.Hosting.Launching;
using MuLambda.Hosting.Options;
using MuLambda.Hosting.Orchestration;
using MuLambda.Hosting.State;

namespace MuLambda.Hosting;

/// <summary>Collects the resources, on top of a generic host.</summary>
internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly HostCommandLine _commandLine;
    private readonly ContainerEngine? _containers;
    private readonly AppHostInterception? _interception;

    public DistributedApplicationBuilder(DistributedApplicationOptions options, HostCommandLine commandLine, AppHostInterception? interception)
    {
        _commandLine = commandLine;
        _interception = interception;
        Console = options.Output is { } output ? new HostConsole(output, colours: false) : null;
        AppHostAssembly = interception?.AppHost
            ?? (options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly());
        AppHostDirectory = Path.GetFullPath(
            options.ProjectDirectory
            ?? (AppHostAssembly is null ? null : AppHostProgram.ProjectDirectory(AppHostAssembly))
            ?? Directory.GetCurrentDirectory());
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            ContentRootPath = Directory.Exists(AppHostDirectory) ? AppHostDirectory : null,
            ApplicationName = AppHostAssembly?.GetName().Name,
            EnvironmentName = System.Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Development,
        });
        Configuration
            .AddJsonFile(Path.Combine(AppHostDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
            .AddJsonFile(Path.Combine(AppHostDirectory, $"appsettings.{Environment.EnvironmentName}.json"), optional: true, reloadOnChange: false)
            .AddEnvironmentVariables();
        _containers = DetectContainers();
        StateDirectoryPath = Path.GetFullPath(commandLine.State ?? StateDirectory.Default(AppHostDirectory));
        Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MuLambda:State"] = StateDirectoryPath,
            ["MuLambda:Samples"] = commandLine.Samples ? "true" : "false",
            ["MuLambda:Containers"] = _containers is null ? "false" : "true",
        });
        Services.TryAddSingleton(TimeProvider.System);
        Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = ApplicationOrchestrator.StopDeadline + TimeSpan.FromSeconds(2));
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new(DistributedApplicationOperation.Run);

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public string StateDirectoryPath { get; }

    public HostConsole? Console { get; set; }

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        if (_interception is { Reached: null })
        {
            _interception.Reached = this;
            throw new HostAbortedException("The AppHost's program is not needed further.");
        }

        var launch = new LaunchContext(
            Configuration,
            ExecutionContext,
            Environment.EnvironmentName,
            AppHostProgram.BuildConfiguration(AppHostAssembly),
            StateDirectoryPath,
            _containers);
        var notifications = new ResourceNotificationService();
        Services.AddSingleton(notifications);
        Services.AddSingleton(Resources);
        Services.AddSingleton(services => new ApplicationOrchestrator(
            Resources, launch, _commandLine.PortBase, notifications, Console ?? HostConsole.Standard(), services.GetRequiredService<TimeProvider>()));
        Services.AddHostedService(services => services.GetRequiredService<ApplicationOrchestrator>());
        return new DistributedApplication(_host.Build());
    }

    private ContainerEngine? DetectContainers()
    {
        // Somebody may know better, in the configuration: no containers, though an engine is there.
        if (string.Equals(Configuration["MuLambda:Containers"], "false", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return ContainerEngine.DetectAsync(_commandLine.ContainerCommand ?? Configuration["MULAMBDA_CONTAINER_COMMAND"]).GetAwaiter().GetResult();
    }
}
