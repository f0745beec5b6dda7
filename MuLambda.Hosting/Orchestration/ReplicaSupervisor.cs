using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Launching;
using MuLambda.Hosting.Processes;

namespace MuLambda.Hosting.Orchestration;

/// <summary>Starts one replica, watches its health, and starts it again when it ends.</summary>
internal sealed class ReplicaSupervisor(
    HostedResource resource,
    Replica replica,
    ResourceBoard board,
    ResourceCommands commands,
    ProcessStarter starter,
    HealthMonitor health,
    Action<string, string> log,
    TimeProvider time)
{
    /// <summary>Runs it until it has finished, has failed for good, or the application stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var policy = new RestartPolicy(resource.Serves);
        while (true)
        {
            Update(KnownResourceStates.Starting, replica.Reason);
            RunningProcess process;
            try
            {
                var command = await commands.CreateAsync(resource.Resource, replica.Index, replica.InstanceId, stopping);
                stopping.ThrowIfCancellationRequested();
                process = starter.Start(command, line => log(replica.Name, line));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // What the AppHost's own callbacks throw is told as well.
                Update(KnownResourceStates.FailedToStart, e.Message);
                return;
            }

            board.Update(resource, replica, r =>
            {
                r.Process = process;
                r.State = KnownResourceStates.Running;
                r.Reason = null;
                r.ExitCode = null;
                r.Healthy = resource.HealthChecks.Count == 0;
            });
            var (exitCode, healthyFor, problem) = await WatchAsync(process, stopping);
            var stopped = stopping.IsCancellationRequested;
            var decision = stopped ? default : policy.Ended(exitCode, healthyFor);
            board.Update(resource, replica, r =>
            {
                r.Process = null;
                r.Healthy = false;
                r.ExitCode = exitCode;
                (r.State, r.Reason) = stopped ? (KnownResourceStates.Exited, null) : decision.Action switch
                {
                    RestartAction.Finish => (KnownResourceStates.Finished, null),
                    RestartAction.GiveUp when resource.Serves => (KnownResourceStates.FailedToStart, $"{problem}, {RestartPolicy.MaxAttempts} times in a row"),
                    RestartAction.GiveUp => (KnownResourceStates.Exited, $"{problem}, {RestartPolicy.MaxAttempts} times in a row"),
                    _ => (KnownResourceStates.Starting, (string?)$"{problem}; starting again in {decision.Delay.TotalSeconds:0.#} s"),
                };
            });
            if (stopped || decision.Action != RestartAction.Restart)
            {
                return;
            }

            await Task.Delay(decision.Delay, time, stopping);
        }
    }

    /// <summary>Waits for the process's end, keeping its health up to date. A process that does not become healthy in time is ended.</summary>
    private async Task<(int ExitCode, TimeSpan? HealthyFor, string Problem)> WatchAsync(RunningProcess process, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested)
        {
            // The stop may have looked for a process before there was one.
            await process.StopAsync(TimeSpan.FromSeconds(1));
        }

        long? healthySince = resource.HealthChecks.Count == 0 ? time.GetTimestamp() : null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var late = false;
        var monitoring = resource.HealthChecks.Count == 0
            ? Task.CompletedTask
            : health.MonitorAsync(
                resource.HealthChecks,
                replica.Index,
                healthy =>
                {
                    healthySince ??= healthy ? time.GetTimestamp() : null;
                    board.Update(resource, replica, r => r.Healthy = healthy);
                },
                () =>
                {
                    late = true;
                    process.Kill();
                },
                ended.Token);
        var exitCode = await process.Exited;
        await ended.CancelAsync();
        await monitoring;
        return (
            exitCode,
            healthySince is { } since ? time.GetElapsedTime(since) : null,
            late ? $"it was not healthy after {HealthMonitor.StartDeadline.TotalSeconds:0} s" : $"it exited with code {exitCode}");
    }

    private void Update(string state, string? reason) => board.Update(resource, replica, r =>
    {
        r.State = state;
        r.Reason = reason;
    });
}
