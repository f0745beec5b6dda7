using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Deployments;

namespace MuLambda.Cli.Executors;

/// <summary>Waits until a deployment has its fewest replicas ready, by the change feed.</summary>
/// <param name="registry">The registry.</param>
/// <param name="deployment">The deployment.</param>
/// <param name="failedBefore">Attempts that had failed before: they say nothing of this launch.</param>
/// <param name="decidedBefore">The number of the last decision before; 0 for none.</param>
/// <param name="limit">How long to wait.</param>
internal sealed class LaunchWait(
    RegistryClient registry,
    Deployment deployment,
    IReadOnlySet<(string Executor, int Attempt)> failedBefore,
    long decidedBefore,
    TimeSpan limit)
{
    /// <summary>How long nobody may lead: one scaler may be taking over from another, whose lease has to run out first.</summary>
    private static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(Leases.DefaultSeconds);

    private LaunchView _last = new([], 0, HasScaler: false);

    /// <summary>The attempts among the executors that have failed.</summary>
    public static HashSet<(string Executor, int Attempt)> FailedOf(IEnumerable<Executor> executors) =>
        [.. executors.Where(executor => executor.State == ExecutorState.Failed).Select(executor => (executor.Id, executor.Launch?.Attempt ?? 0))];

    /// <summary>The number of the last decision on a deployment; 0 for none.</summary>
    public static async Task<long> LastDecisionAsync(RegistryClient registry, string model, CancellationToken cancellationToken) =>
        await registry.GetDecisionsAsync(model, limit: 1, cancellationToken) is [var last, ..] ? last.Sequence : 0;

    /// <summary>Waits.</summary>
    /// <returns>The executors launched.</returns>
    /// <exception cref="CliException">No scaler leads, an executor failed, the deployment is gone, or the time is up.</exception>
    public async Task<IReadOnlyList<Executor>> RunAsync(ILaunchProgress progress, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var leaderless = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        deadline.CancelAfter(limit);
        leaderless.CancelAfter(LeaderPatience);
        var feed = new CatalogFeed(registry);
        var following = feed.RunAsync(deadline.Token);
        try
        {
            await foreach (var catalog in feed.SnapshotsAsync(leaderless.Token))
            {
                if (catalog.Epoch is null)
                {
                    continue;
                }

                if (!catalog.Deployments.ContainsKey(deployment.Model))
                {
                    throw new CliException(ExitCodes.Failed, $"The deployment of {deployment.Model} was deleted meanwhile.");
                }

                var view = LaunchView.Of(catalog, deployment);
                progress.Report(view);
                ThrowIfFailed(view);
                if (view.Ready >= deployment.Min)
                {
                    return view.Executors;
                }

                if (view.HasScaler != _last.HasScaler)
                {
                    leaderless.CancelAfter(view.HasScaler ? Timeout.InfiniteTimeSpan : LeaderPatience);
                }

                _last = view;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Unreachable, await WhyNotAsync(feed, cancellationToken));
        }
        finally
        {
            await deadline.CancelAsync();
            await following;
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private void ThrowIfFailed(LaunchView view)
    {
        if (view.Executors.FirstOrDefault(executor => executor.State == ExecutorState.Failed
            && !failedBefore.Contains((executor.Id, executor.Launch!.Attempt))) is { } failed)
        {
            throw new CliException(
                ExitCodes.Failed,
                $"{failed.Id} failed: {(string.IsNullOrEmpty(failed.Reason) ? "it does not say why." : failed.Reason)}\n"
                + $"The scaler tries again, a little later each time; 'mulambda deployments show {deployment.Model}' tells how it goes.");
        }
    }

    private async Task<string> WhyNotAsync(CatalogFeed feed, CancellationToken cancellationToken)
    {
        if (feed.Current.Epoch is null)
        {
            return $"The registry's change feed did not answer{(feed.LastError is { } error ? $": {error.Message}" : ".")}";
        }

        if (!_last.HasScaler)
        {
            return $"No scaler leads, and without one nothing launches {deployment.Model}. The deployment stays; it is served as soon as a scaler runs.";
        }

        // A scaler that the deployment is for decides on it at once.
        var isElsewhere = deployment.Node is not null && _last.Executors.Count == 0
            && await LastDecisionAsync(registry, deployment.Model, cancellationToken) <= decidedBefore;
        var steps = _last.Executors
            .Where(executor => executor.State != ExecutorState.Ready)
            .Select(executor => $"{executor.Id} is {LaunchSteps.NameOf(executor)}")
            .DefaultIfEmpty(isElsewhere
                ? $"no scaler launches on {deployment.Node}; the one that leads is for another node and decided nothing"
                : $"'mulambda deployments explain {deployment.Model}' tells what was decided");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_last.Ready} of {deployment.Min} replicas of {deployment.Model} were ready within {limit.TotalSeconds:0.###} s: {string.Join(", ", steps)}.");
    }
}
