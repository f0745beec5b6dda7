using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Options;

namespace MuLambda.Hosting;

/// <summary>An application made of resources that run on this machine until they are stopped.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private const int UsageExitCode = 2;
    private const int FailureExitCode = 1;

    private readonly IHost _host;

    /// <summary>Creates an application.</summary>
    /// <param name="host">The host that it runs in.</param>
    public DistributedApplication(IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
    }

    /// <inheritdoc />
    public IServiceProvider Services => _host.Services;

    /// <summary>Tells what becomes of the resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Begins an application without a command line.</summary>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <summary>Begins an application.</summary>
    /// <param name="args">The command line. What is wrong with it ends an AppHost with exit code 2.</param>
    /// <exception cref="DistributedApplicationException">The command line is wrong, and this process is no AppHost.</exception>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>Begins an application.</summary>
    /// <param name="options">How it is built.</param>
    /// <exception cref="DistributedApplicationException">The command line is wrong, and this process is no AppHost.</exception>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var interception = AppHostInterception.Current;
        var exits = interception is null && AppHostProgram.IsThisProcess;
        HostCommandLine commandLine;
        try
        {
            commandLine = HostCommandLine.Parse(interception?.Args ?? options.Args ?? []);
        }
        catch (DistributedApplicationException e) when (exits)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine("--help shows the options.");
            Environment.Exit(UsageExitCode);
            throw;
        }

        if (commandLine.HelpWanted)
        {
            HostCommandLine.WriteHelp(Console.Out);
            if (exits)
            {
                Environment.Exit(0);
            }
        }

        return new DistributedApplicationBuilder(options, commandLine, interception);
    }

    /// <summary>Runs until Ctrl+C or SIGTERM.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until Ctrl+C, SIGTERM, or cancellation. What keeps an AppHost from starting ends it with exit code 1.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DistributedApplicationException">It cannot start, and this process is no AppHost.</exception>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        await using (this)
        {
            try
            {
                await _host.StartAsync(cancellationToken);
            }
            catch (DistributedApplicationException e) when (AppHostProgram.IsThisProcess)
            {
                await Console.Error.WriteLineAsync(e.Message);
                Environment.ExitCode = FailureExitCode;
                return;
            }

            await _host.WaitForShutdownAsync(cancellationToken);
        }
    }

    /// <summary>Starts the resources, without waiting until they are healthy.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DistributedApplicationException">Something is missing; then nothing was started.</exception>
    public virtual Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    /// <summary>Stops the resources, dependents first, within 10 s.</summary>
    /// <param name="cancellationToken">Not awaited: the deadline is fixed.</param>
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    /// <inheritdoc />
    public virtual void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)_host).DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
