using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Local;

namespace MuLambda.Scaler.Leading;

/// <summary>
/// Leads the scalers as long as its lease at the registry is renewed. By its own clock the lease ends no later than by the registry's, and every write carries
/// its token, so that one that was replaced without noticing changes nothing (M. Kleppmann, "How to do distributed locking", 2016).
/// </summary>
internal sealed partial class Leader(
    RegistryClient registry, LocalLauncher launcher, IOptions<ScalerOptions> options, TimeProvider time, ILogger<Leader> logger) : BackgroundService
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(2);

    private readonly Leadership _wish = new(LeadershipHeader.Scaler, options.Value.Id, options.Value.LeaseSeconds);
    private readonly TimeSpan _lease = TimeSpan.FromSeconds(options.Value.LeaseSeconds);
    private readonly TimeSpan _renewal = TimeSpan.FromSeconds(options.Value.LeaseSeconds / 3);
    private volatile Term? _term;
    private string? _error;

    /// <summary>Raised when it leads, or no longer does.</summary>
    public event Action? Changed;

    /// <summary>The token under which it leads; null while it does not.</summary>
    public long? Token => _term is { } term && time.GetElapsedTime(term.Since) < _lease ? term.Token : null;

    /// <summary>The registry refused the token: another one leads.</summary>
    public void Lost(long token)
    {
        if (_term?.Token == token)
        {
            LogLost();
            Set(null);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // Who cannot launch must not keep others from it.
                if (await launcher.TryTakeOverAsync(stoppingToken))
                {
                    await RenewAsync(stoppingToken);
                }

                await Task.Delay(_renewal, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_term is not null)
        {
            Set(null);
            await TryAsync(token => registry.ReleaseLeadershipAsync(_wish.Name, _wish.Holder, token), CancellationToken.None);
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        if (await TryAsync(async token => (await registry.LeadAsync(_wish, token), true), cancellationToken) is not (var leadership, true))
        {
            return;
        }

        var before = Token;
        Set(leadership is null ? null : new Term(leadership.Token, asked));
        if (Token is { } now && now != before)
        {
            LogLeads(now);
        }
        else if (leadership is null && before is not null)
        {
            LogLost();
        }
    }

    private void Set(Term? term)
    {
        var changed = _term?.Token != term?.Token;
        _term = term;
        if (changed)
        {
            Changed?.Invoke();
        }
    }

    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LongestCall < _renewal ? LongestCall : _renewal, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var answer = await call(either.Token);
            _error = null;
            return answer;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or RegistryException or IOException or InvalidDataException or OperationCanceledException)
        {
            if (_error != e.Message)
            {
                LogNotTaken(e.Message);
                _error = e.Message;
            }

            return default;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "This scaler leads, with token {Token}")]
    private partial void LogLeads(long token);

    [LoggerMessage(2, LogLevel.Warning, "Another scaler leads")]
    private partial void LogLost();

    [LoggerMessage(3, LogLevel.Warning, "The registry does not answer who leads ({Reason}); nothing is decided once the lease has ended")]
    private partial void LogNotTaken(string reason);

    private sealed record Term(long Token, long Since);
}
