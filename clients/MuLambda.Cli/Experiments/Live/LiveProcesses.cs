using MuLambda.Cli.Commands;
using MuLambda.Hosting;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Cli.Experiments;

/// <summary>How the processes of a live experiment are started and stopped.</summary>
internal static class LiveProcesses
{
    /// <summary>The file in their directory that takes what they write.</summary>
    public const string Log = "processes.log";

    private const int ShownLines = 20;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(4);

    /// <summary>A builder of processes of the repository's build output.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DirectoryInfo directory, TextWriter log)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--state", directory.FullName, "--container-command", "none"],
            AssemblyName = typeof(LiveProcesses).Assembly.GetName().Name,
            ProjectDirectory = RepositoryOutput.Find(),
            Output = TextWriter.Synchronized(log),
        });
        NoLifetime.Replace(builder.Services);
        return builder;
    }

    /// <summary>There are more processes than processors: what they do beside their work is kept small.</summary>
    public static void KeepSmall(IResourceBuilder<ProjectResource> resource) =>
        resource.WithEnvironment("DOTNET_gcServer", "0").WithEnvironment("DOTNET_TieredPGO", "0");

    /// <summary>Starts processes within a deadline; those that do not all start are ended.</summary>
    /// <param name="startAsync">Starts them.</param>
    /// <param name="endAsync">Ends them; returns the end of what they wrote.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">They did not start.</exception>
    public static async Task StartAsync(Func<CancellationToken, Task> startAsync, Func<Task<string>> endAsync, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(StartTimeout);
        try
        {
            await startAsync(deadline.Token);
        }
        catch (Exception e) when (e is DistributedApplicationException or OperationCanceledException or HttpRequestException)
        {
            var log = await endAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw new CliException(
                ExitCodes.Failed,
                $"The processes did not start: {(e is OperationCanceledException ? $"not all were ready within {StartTimeout.TotalMinutes} minutes" : e.Message)}\n{log}",
                e);
        }
        catch
        {
            await endAsync();
            throw;
        }
    }

    /// <summary>Stops processes and deletes their directory.</summary>
    /// <returns>The end of what they wrote.</returns>
    public static async Task<string> EndAsync(DistributedApplication app, StreamWriter log, DirectoryInfo directory)
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await log.DisposeAsync();
        var lines = File.ReadLines(Path.Combine(directory.FullName, Log)).TakeLast(ShownLines).ToArray();
        directory.Delete(recursive: true);
        return string.Join('\n', lines);
    }
}
