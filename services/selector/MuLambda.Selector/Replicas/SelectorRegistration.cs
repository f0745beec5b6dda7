using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;

namespace MuLambda.Selector;

/// <summary>
/// Tells the other selectors, by way of the registry, that this one is there: registers it once it can select, renews its lease, and
/// takes the registration back when it stops. No request waits for any of it.
/// </summary>
internal sealed partial class SelectorRegistration(
    RegistryClient registry,
    CatalogFeed feed,
    IHostApplicationLifetime lifetime,
    IOptions<SelectorOptions> options,
    IServer server,
    SelectorListeners listeners,
    TimeProvider time,
    ILogger<SelectorRegistration> logger) : BackgroundService
{
    /// <summary>The wait after the first failure in a row; it doubles with every further one.</summary>
    internal static readonly TimeSpan MinBackoff = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest a call may take; with a short lease it is less.</summary>
    internal static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2);

    private SelectorReplica _self = new(options.Value.Id, options.Value.Node, options.Value.LeaseSeconds);

    // One renewal may fail, and be repeated, before the lease is lost.
    private readonly TimeSpan _renewal = TimeSpan.FromSeconds(options.Value.LeaseSeconds / 3);

    private bool _registered;
    private bool _told;
    private string? _error;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host says that it stops before it waits for the requests that are left: the others need not wait as well.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, lifetime.ApplicationStarted).WaitAsync(ending.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _self = _self with { Rest = options.Value.Advertise?.AbsoluteUri.TrimEnd('/') ?? listeners.RestOf(server) };
            await feed.WaitForFirstSnapshotAsync(ending.Token);
            await KeepAsync(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }

        // A call that the end cut off may have arrived. Where this one does not, the lease ends by itself.
        if (_told && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await TryAsync(token => registry.DeleteSelectorAsync(_self.Id, token), CancellationToken.None);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var backoff = MinBackoff;
        while (true)
        {
            if (!await TryAsync(RegisterOrRenewAsync, cancellationToken))
            {
                await Task.Delay(backoff, time, cancellationToken);
                backoff = Min(backoff * 2, _renewal);
                continue;
            }

            backoff = MinBackoff;

            // A lease that turned out to have expired is begun anew at once.
            if (_registered)
            {
                await Task.Delay(_renewal, time, cancellationToken);
            }
        }
    }

    private async Task RegisterOrRenewAsync(CancellationToken cancellationToken)
    {
        if (_registered)
        {
            _registered = await registry.HeartbeatSelectorAsync(_self.Id, cancellationToken);
            return;
        }

        _told = true;
        await registry.PutSelectorAsync(_self, cancellationToken);
        _registered = true;
    }

    /// <summary>Calls the registry within a deadline; false where the call failed in whatever way.</summary>
    private async Task<bool> TryAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        var limit = Min(LongestCall, _renewal);
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await call(either.Token);
            _error = null;
            return true;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reason = deadline.IsCancellationRequested ? $"no answer within {limit.TotalSeconds:0.##} s" : exception.Message;
            if (_error != reason)
            {
                LogNotTaken(reason);
                _error = reason;
            }

            return false;
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(1, LogLevel.Warning, "The registry does not take the selector's registration ({Reason}); selecting goes on")]
    private partial void LogNotTaken(string reason);
}
