using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Deciding;
using MuLambda.Scaler.Demand;
using MuLambda.Scaler.Leading;
using MuLambda.Scaler.Telemetry;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Reconciling;

/// <summary>
/// One round after another: look at what there is, decide on every deployment, do what is to be done, and tell the catalog. It acts only while it leads, and on
/// the catalog as it arrived last. One round at a time.
/// </summary>
internal sealed partial class DeploymentScaler
{
    private const string PoolName = "pool";
    private const double LongestStopSeconds = 5;

    private readonly ILauncher _launcher;
    private readonly CatalogFeed _feed;
    private readonly Leader _leader;
    private readonly DemandAggregator _demand;
    private readonly ExecutorPublisher _publisher;
    private readonly DecisionRecorder _decisions;
    private readonly ExecutorActivity _activity;
    private readonly ScalerTelemetry _telemetry;
    private readonly Func<Deployment, IScalingPolicy> _createPolicy;
    private readonly ScalerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Reconciler _reconciler;
    private readonly ReplicaObserver _observer;
    private readonly ColdStarts _coldStarts = new();
    private readonly LaunchBackoff _pool;
    private readonly Dictionary<string, DeploymentController> _controllers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Executor> _failed = new(StringComparer.Ordinal);
    private readonly HashSet<(string Executor, string Model, DateTimeOffset GivenAt)> _served = [];
    private readonly Dictionary<(string Executor, string Model), int> _attempts = [];
    private volatile IReadOnlyList<DeploymentStatus> _status = [];
    private double _decideAtMs = double.NegativeInfinity;
    private Task _asking = Task.CompletedTask;

    public DeploymentScaler(
        ILauncher launcher,
        CatalogFeed feed,
        Leader leader,
        DemandAggregator demand,
        ExecutorPublisher publisher,
        DecisionRecorder decisions,
        ExecutorActivity activity,
        ScalerTelemetry telemetry,
        Func<Deployment, IScalingPolicy> createPolicy,
        IOptions<ScalerOptions> options,
        TimeProvider time,
        ILogger<DeploymentScaler> logger)
    {
        (_launcher, _feed, _leader, _demand, _publisher, _decisions) = (launcher, feed, leader, demand, publisher, decisions);
        (_activity, _telemetry, _createPolicy, _options, _time, _logger) = (activity, telemetry, createPolicy, options.Value, time, logger);
        var tag = ExecutorIds.TagOf(_options.State);
        _reconciler = new Reconciler(_options.Reconciling, name => ExecutorIds.Create(name, tag));
        _observer = new ReplicaObserver(launcher.Node, tag);
        _pool = CreateBackoff();
    }

    /// <summary>The deployments as of the last round.</summary>
    public IReadOnlyList<DeploymentStatus> Status => _status;

    /// <summary>When to come again although nothing happens.</summary>
    public TimeSpan Revisit { get; private set; }

    /// <summary>Does a round.</summary>
    /// <param name="isAsked">Whether something happened that asks for decisions; otherwise they are taken when they are due.</param>
    /// <param name="cancellationToken">Ends the round.</param>
    public async Task RunOnceAsync(bool isAsked, CancellationToken cancellationToken)
    {
        Revisit = TimeSpan.FromMilliseconds(_options.DecideMs);
        var catalog = _feed.Current;
        if (_leader.Token is not { } token || catalog.Epoch is null)
        {
            return;
        }

        var now = _time.GetUtcNow();
        var launched = _launcher.List();
        var observed = _observer.Observe(launched, catalog, _activity.IsIdle, now);
        Learn(launched, now);
        var nowMs = _time.GetElapsedTime(0).TotalMilliseconds;
        var isKnown = _feed.IsConnected && _demand.IsFresh([.. catalog.Selectors.Keys], nowMs, _options.DemandFreshSeconds * 1000);
        var isDue = isAsked || nowMs >= _decideAtMs;
        var desired = Decide(catalog, observed, isDue, isKnown, token, now, nowMs);
        _decideAtMs = isDue ? nowMs + Revisit.TotalMilliseconds : _decideAtMs;
        Revisit = TimeSpan.FromMilliseconds(Math.Max(1, _decideAtMs - nowMs));
        var actions = _reconciler.Reconcile(new ReconcileInput(
            now, desired, observed, MayRetire: _feed.IsConnected, MayPool: now >= _pool.NotBefore));
        foreach (var action in actions)
        {
            await DoAsync(action, launched, catalog, token, now, cancellationToken);
        }

        if (actions.Count > 0)
        {
            launched = _launcher.List();
            observed = _observer.Observe(launched, catalog, _activity.IsIdle, now);
        }

        Publish(launched, observed, catalog, token);
        Describe(catalog, observed, isKnown);
        if (_asking.IsCompleted)
        {
            // One that hangs must not keep the next round from a request that waits.
            _asking = _activity.AskAsync(Draining(launched, observed), cancellationToken);
        }
    }

    /// <summary>Ends every executor, and takes their registrations back.</summary>
    public async Task RetireAllAsync()
    {
        // First nobody chooses them any more. The host does not wait for long.
        await _publisher.DeleteAsync([.. _feed.Current.Executors.Values.Where(_observer.IsOwn).Select(executor => executor.Id)], _leader.Token);
        var grace = TimeSpan.FromSeconds(Math.Min(_options.StopGraceSeconds, LongestStopSeconds));
        await Task.WhenAll(_launcher.List().Select(executor => _launcher.RetireAsync(executor.Id, grace, CancellationToken.None)));
    }

    private List<DesiredReplicas> Decide(CatalogSnapshot catalog, IReadOnlyList<ObservedExecutor> observed, bool isDue, bool isKnown, long token, DateTimeOffset now, double nowMs)
    {
        var desired = new List<DesiredReplicas>();
        foreach (var deployment in catalog.Deployments.Values.Where(deployment => deployment.Node is null || deployment.Node == _launcher.Node))
        {
            var controller = ControllerOf(deployment.Model);
            var (ready, starting) = (Count(observed, deployment.Model, ReplicaState.Ready), Count(observed, deployment.Model, ReplicaState.Starting));
            Forgive(controller, observed, deployment.Model, now);
            if (isDue || controller.Target is null)
            {
                var facts = new DeploymentFacts(
                    now, _demand.Take(deployment.Model, nowMs, ready), isKnown, ready, starting,
                    _coldStarts.Of(deployment.Model), ClientAlerts.BurnRate(catalog, deployment.Model, now));
                if (controller.Decide(deployment, facts) is { } decision)
                {
                    _decisions.Record(decision, token);
                }

                if (controller.Target!.RevisitMs < Revisit.TotalMilliseconds)
                {
                    Revisit = TimeSpan.FromMilliseconds(Math.Max(1, controller.Target.RevisitMs));
                }
            }

            desired.Add(new DesiredReplicas(
                new PlacedModel(deployment.Model, deployment.Version),
                controller.Target!.Replicas,
                MemoryOf(catalog, deployment),
                MayLaunch: now >= controller.Backoff.NotBefore,
                IsRetry: controller.Backoff.Failures > 0 && ready == 0));
        }

        foreach (var gone in _controllers.Keys.Where(model => !catalog.Deployments.ContainsKey(model)).ToList())
        {
            _controllers.Remove(gone);
            _failed.Remove(gone);
        }

        return desired;
    }

    private async Task DoAsync(
        ReconcileAction action, IReadOnlyList<LaunchedExecutor> launched, CatalogSnapshot catalog, long token, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        switch (action)
        {
            case ReconcileAction.Serve serve:
                await LaunchAsync(serve, catalog, token, now, cancellationToken);
                break;
            case ReconcileAction.Drain drain:
                LogDraining(drain.Executor, drain.Model);
                _observer.Drain(drain.Executor, drain.Model);
                break;
            case ReconcileAction.Revive revive:
                _observer.Revive(revive.Executor, revive.Model);
                break;
            case ReconcileAction.Retire retire:
                // It ends in its own time; the launcher lists it no more.
                _ = _launcher.RetireAsync(retire.Executor, TimeSpan.FromSeconds(_options.StopGraceSeconds), CancellationToken.None);
                break;
            case ReconcileAction.GiveUp giveUp:
                Failed(giveUp.Model, giveUp.Reason, launched.FirstOrDefault(executor => executor.Id == giveUp.Executor), catalog, token, now);
                break;
            case ReconcileAction.Forget forget:
                var ended = launched.FirstOrDefault(executor => executor.Id == forget.Executor);
                _launcher.Forget(forget.Executor);
                if (ended?.Models.Count == 0)
                {
                    Failed(PoolName, forget.Reason, ended, catalog, token, now);
                }

                foreach (var model in forget.Lost)
                {
                    Failed(model, forget.Reason, ended, catalog, token, now);
                }

                break;
        }
    }

    private async Task LaunchAsync(
        ReconcileAction.Serve serve, CatalogSnapshot catalog, long token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (serve.Added is { } added)
        {
            _attempts[(serve.Executor, added)] = ControllerOf(added).Backoff.Failures + 1;
            _telemetry.Launched(added);
        }

        try
        {
            await _launcher.LaunchAsync(new LaunchSpec(serve.Executor, serve.Models), cancellationToken);
        }
        catch (LaunchException e)
        {
            Failed(serve.Added ?? PoolName, e.Message, null, catalog, token, now);
        }
    }

    private void Failed(string model, string reason, LaunchedExecutor? launched, CatalogSnapshot catalog, long token, DateTimeOffset now)
    {
        LogFailed(model, reason);
        _telemetry.Failed(model);
        if (model == PoolName && !catalog.Deployments.ContainsKey(model))
        {
            _pool.Failed(now, reason);
            return;
        }

        var controller = ControllerOf(model);
        controller.Backoff.Failed(now, reason);
        if (launched is not null)
        {
            _failed[model] = ExecutorNouns.Failed(
                launched, model, reason, catalog, _launcher.Node, _attempts.GetValueOrDefault((launched.Id, model), 1));
        }

        if (catalog.Deployments.GetValueOrDefault(model) is { } deployment)
        {
            _decisions.Record(controller.Failed(deployment, reason, now), token);
        }
    }
}
