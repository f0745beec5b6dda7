using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Display;
using MuLambda.Hosting.Launching;
using MuLambda.Hosting.Processes;
using MuLambda.Hosting.State;

namespace MuLambda.Hosting.Orchestration;

/// <summary>Starts the resources in dependency order, keeps them running, and stops them in the reverse order.</summary>
internal sealed class ApplicationOrchestrator(
    IResourceCollection model,
    LaunchContext launch,
    int? portBase,
    ResourceNotificationService notifications,
    HostConsole console,
    TimeProvider time) : IHostedService, IAsyncDisposable
{
    /// <summary>All is stopped, one way or the other, within this time.</summary>
    public static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    // What is left of the deadline is for ending what did not end when asked.
    private static readonly TimeSpan PoliteTime = TimeSpan.FromSeconds(7);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HostIdentity _identity = new();
    private readonly HealthMonitor _health = new(time);
    private IReadOnlyList<IReadOnlyList<HostedResource>> _layers = [];
    private StateDirectory? _state;
    private EndpointsFile? _endpointsFile;
    private Watchdog? _watchdog;
    private ResourceBoard? _board;
    private Task _running = Task.CompletedTask;
    private bool _stopped;

    /// <summary>The resources that run, in declaration order.</summary>
    public IReadOnlyList<HostedResource> Resources { get; private set; } = [];

    /// <summary>The processes of a resource that run now.</summary>
    public IReadOnlyList<int> ProcessIds(string resource) =>
        _board?.ProcessIds(Find(resource)) ?? [];

    /// <exception cref="DistributedApplicationException">Something is missing; then nothing was started.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        Resources = [.. model.Where(r => r is ProjectResource or ExecutableResource or ContainerResource).Select(r => new HostedResource(r))];
        _layers = ResourceGraph.Layers(Resources);
        await CheckAsync(cancellationToken);
        _state = StateDirectory.Hold(launch.StateDirectory);
        PortAssignment.Assign(Resources, portBase);
        _watchdog = new Watchdog(_identity);
        _endpointsFile = new EndpointsFile(launch.StateDirectory);
        _board = new ResourceBoard(Resources, notifications, _endpointsFile, console);
        console.Begin(Resources, launch.StateDirectory);
        _board.Open();
        var commands = new ResourceCommands(launch);
        var starter = new ProcessStarter(_identity, _watchdog);
        _running = Task.WhenAll(Resources
            .Select(r => Task.Run(() => RunAsync(r, _board, commands, starter), CancellationToken.None))
            .Append(Task.Run(() => ReportAsync(started), CancellationToken.None)));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        var since = Stopwatch.GetTimestamp();
        await _stopping.CancelAsync();
        for (var i = _layers.Count - 1; i >= 0; i--)
        {
            // Each layer has its share of the time, and what the layers before it did not need.
            var grace = (PoliteTime - Stopwatch.GetElapsedTime(since)) / (i + 1);
            await Task.WhenAll(_layers[i].SelectMany(r => r.Replicas.Select(replica => StopAsync(r, replica, grace))));
        }

        var rest = StopDeadline - Stopwatch.GetElapsedTime(since);
        await Task.WhenAny(_running, Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, CancellationToken.None));
        foreach (var survivor in _identity.Survivors())
        {
            Signals.SendToProcess(survivor, Signals.Kill);
        }

        _endpointsFile?.Remove();
        _watchdog?.Dispose();
        _state?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _health.Dispose();
        _stopping.Dispose();
    }

    private HostedResource Find(string name) => Resources.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new DistributedApplicationException($"There is no resource '{name}' that runs.");

    /// <summary>Finds everything that keeps the application from starting, so that it can be told at once.</summary>
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var parameter in model.OfType<ParameterResource>().Where(p => p is not ConfiguredConnectionStringResource))
        {
            try
            {
                await parameter.GetValueAsync(cancellationToken);
            }
            catch (DistributedApplicationException e)
            {
                problems.Add(e.Message);
            }
        }

        var commands = new ResourceCommands(launch);
        problems.AddRange(Resources.Select(r => commands.Problem(r.Resource)).OfType<string>());
        foreach (var resource in Resources)
        {
            foreach (var reference in resource.Resource.Annotations.OfType<ServiceReferenceAnnotation>())
            {
                if (!model.Contains(reference.Source))
                {
                    problems.Add($"'{resource.Name}' refers to '{reference.ServiceName}', which is no resource of this application.");
                }
                else if (reference.EndpointName is { } endpoint && !new EndpointReference(reference.Source, endpoint).Exists)
                {
                    problems.Add($"'{resource.Name}' refers to endpoint '{endpoint}' of '{reference.Source.Name}', which has none of that name.");
                }
            }
        }

        if (problems.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, problems));
        }
    }

    private async Task RunAsync(HostedResource resource, ResourceBoard board, ResourceCommands commands, ProcessStarter starter)
    {
        try
        {
            foreach (var wait in resource.Waits)
            {
                if (await WaitAsync(wait) is { } failure)
                {
                    foreach (var replica in resource.Replicas)
                    {
                        board.Update(resource, replica, r =>
                        {
                            r.State = KnownResourceStates.FailedToStart;
                            r.Reason = failure;
                        });
                    }

                    return;
                }
            }

            await Task.WhenAll(resource.Replicas.Select(replica =>
                new ReplicaSupervisor(resource, replica, board, commands, starter, _health, console.Log, time).RunAsync(_stopping.Token)));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The application stops.
        }
    }

    /// <summary>Null once the dependency is as wanted, otherwise why it never will be.</summary>
    private async Task<string?> WaitAsync(WaitAnnotation wait)
    {
        if (Resources.All(r => r.Resource != wait.Dependency))
        {
            return null;
        }

        var name = wait.Dependency.Name;
        var reached = await notifications.WaitForResourceAsync(name, e => Decided(e, wait), _stopping.Token);
        var snapshot = reached.Snapshot;
        if (wait.ExitCode is { } wanted)
        {
            return snapshot.ExitCode == wanted && snapshot.State!.Text is not "FailedToStart"
                ? null
                : $"it waits for '{name}' to complete, which failed: {snapshot.Reason ?? $"exit code {snapshot.ExitCode}"}";
        }

        return snapshot.State!.Text is "Running" or "Finished" ? null : $"it waits for '{name}', which failed: {snapshot.Reason}";
    }

    private static bool Decided(ResourceEvent e, WaitAnnotation wait) =>
        KnownResourceStates.TerminalStates.Contains(e.Snapshot.State!.Text)
        || (wait.ExitCode is null && e.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);

    private async Task StopAsync(HostedResource resource, Replica replica, TimeSpan grace)
    {
        if (replica.Process is not { } process)
        {
            return;
        }

        _board!.Update(resource, replica, r =>
        {
            // It may have ended in the meantime.
            r.State = r.Process is null ? r.State : KnownResourceStates.Stopping;
            r.Healthy = false;
        });
        await process.StopAsync(grace > TimeSpan.Zero ? grace : TimeSpan.Zero);
    }

    /// <summary>Shows the table when everything is healthy or something has failed, and then that everything is healthy when it is.</summary>
    private async Task ReportAsync(long started)
    {
        var failureShown = false;
        try
        {
            await foreach (var _ in notifications.WatchAsync(_stopping.Token))
            {
                var snapshots = _board!.Snapshots();
                if (snapshots.All(s => IsWell(s.Snapshot)))
                {
                    console.AllHealthy(snapshots, time.GetElapsedTime(started));
                    return;
                }

                if (!failureShown && snapshots.Where(s => HasFailed(s.Snapshot)).ToList() is { Count: > 0 } failed)
                {
                    failureShown = true;
                    console.Failed(snapshots, failed);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops before it was healthy.
        }
    }

    private static bool IsWell(CustomResourceSnapshot s) =>
        s.State!.Text == KnownResourceStates.Finished
        || s.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;

    private static bool HasFailed(CustomResourceSnapshot s) =>
        s.State!.Text is "FailedToStart" or "Exited";
}
