using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;

namespace MuLambda.Client;

/// <summary>Keeps the application in the registry for as long as it runs.</summary>
internal sealed partial class ClientRegistrar : BackgroundService
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly MuLambdaClientOptions _options;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ProbeAddress _probe;
    private readonly TimeProvider _time;
    private readonly ILogger<ClientRegistrar> _logger;
    private readonly HttpClient _http;
    private readonly RegistryClient _registry;
    private volatile bool _mayBeRegistered;

    public ClientRegistrar(
        IOptions<MuLambdaClientOptions> options,
        IHostApplicationLifetime lifetime,
        ProbeAddress probe,
        TimeProvider time,
        ILogger<ClientRegistrar> logger)
    {
        _options = options.Value;
        _lifetime = lifetime;
        _probe = probe;
        _time = time;
        _logger = logger;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = Addresses.Base(_options.Registry!),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _registry = new RegistryClient(_http, time);
    }

    private TimeSpan RenewalInterval => TimeSpan.FromSeconds(_options.LeaseSeconds / 3);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_mayBeRegistered)
        {
            return;
        }

        // A registry that is away forgets the client by its lease; shutting down does not wait for it.
        using var timeout = new CancellationTokenSource(FarewellTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _registry.DeleteClientAsync(_options.Id, deadline.Token);
            LogDeregistered(_options.Id);
        }
        catch (Exception e) when (IsRegistryFault(e) || e is OperationCanceledException)
        {
            LogNotDeregistered(_options.Id, e.Message);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        var client = _options.ToClient(_probe.Find());
        var registered = false;
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = RenewalInterval;
            try
            {
                registered = registered && await RenewAsync(stoppingToken);
                if (!registered)
                {
                    await RegisterAsync(client, stoppingToken);
                    registered = true;
                }

                failures = 0;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested && (IsRegistryFault(e) || e is OperationCanceledException))
            {
                wait = BackOff(failures++);
                LogFailed(_options.Id, failures, e.Message, wait.TotalMilliseconds);
            }

            await Task.Delay(wait, _time, stoppingToken);
        }
    }

    private static bool IsRegistryFault(Exception e) =>
        e is RegistryException or HttpRequestException or IOException or InvalidDataException;

    private async Task RegisterAsync(Catalog.Client client, CancellationToken stoppingToken)
    {
        // From here on a registration may exist, even where the answer never comes.
        _mayBeRegistered = true;
        await BoundedAsync(token => _registry.PutClientAsync(client, token), stoppingToken);
        LogRegistered(client.Id, client.ProbeEndpoint ?? "no address");
    }

    private async Task<bool> RenewAsync(CancellationToken stoppingToken)
    {
        var known = await BoundedAsync(token => _registry.HeartbeatClientAsync(_options.Id, token), stoppingToken);
        if (!known)
        {
            LogLost(_options.Id);
        }

        return known;
    }

    private async Task<T> BoundedAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(CallTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        return await call(linked.Token);
    }

    private TimeSpan BackOff(int failures)
    {
        var longest = RenewalInterval < LongestBackOff ? RenewalInterval : LongestBackOff;
        var wait = FirstBackOff * Math.Pow(2, Math.Min(failures, 16));
        return wait < longest ? wait : longest;
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }

    [LoggerMessage(1, LogLevel.Information, "Registered as client {Client}, probed at {ProbeEndpoint}")]
    private partial void LogRegistered(string client, string probeEndpoint);

    [LoggerMessage(2, LogLevel.Warning, "The registry no longer knows client {Client}; registering again")]
    private partial void LogLost(string client);

    [LoggerMessage(3, LogLevel.Warning, "Client {Client} could not register or renew ({Failures} in a row), trying again in {WaitMs} ms: {Reason}")]
    private partial void LogFailed(string client, int failures, string reason, double waitMs);

    [LoggerMessage(4, LogLevel.Information, "Deregistered client {Client}")]
    private partial void LogDeregistered(string client);

    [LoggerMessage(5, LogLevel.Warning, "Client {Client} could not deregister; its lease will: {Reason}")]
    private partial void LogNotDeregistered(string client, string reason);
}
