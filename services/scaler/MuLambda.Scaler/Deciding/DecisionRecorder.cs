using System.Threading.Channels;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;

namespace MuLambda.Scaler.Deciding;

/// <summary>Has the registry keep decisions, in their order; nothing waits for it. While the registry is away the oldest are dropped beyond a bound.</summary>
internal sealed partial class DecisionRecorder(RegistryClient registry, TimeProvider time, ILogger<DecisionRecorder> logger) : BackgroundService
{
    private const int Bound = 1000;
    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(5);

    private readonly Channel<(ScalingDecision Decision, long Token)> _decisions =
        Channel.CreateBounded<(ScalingDecision, long)>(new BoundedChannelOptions(Bound) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Takes a decision to be kept.</summary>
    public void Record(ScalingDecision decision, long token)
    {
        LogDecided(decision.Model, decision.Desired, decision.Reason);
        _decisions.Writer.TryWrite((decision, token));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (decision, token) in _decisions.Reader.ReadAllAsync(stoppingToken))
            {
                for (var attempt = 1; attempt <= Attempts && !await TryAsync(decision, token, stoppingToken); attempt++)
                {
                    await Task.Delay(Pause * attempt, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryAsync(ScalingDecision decision, long token, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LongestCall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await registry.PostDecisionAsync(decision, token, either.Token);
            return true;
        }
        catch (RegistryException e)
        {
            // It will not be taken later either: the deployment is gone, or another scaler leads.
            LogNotKept(decision.Model, e.Message);
            return (int)e.Status < 500;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
        {
            LogNotKept(decision.Model, e.Message);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Deployment {Model}: {Replicas} replicas. {Reason}")]
    private partial void LogDecided(string model, int replicas, string reason);

    [LoggerMessage(2, LogLevel.Warning, "A decision on {Model} is not kept by the registry: {Reason}")]
    private partial void LogNotKept(string model, string reason);
}
