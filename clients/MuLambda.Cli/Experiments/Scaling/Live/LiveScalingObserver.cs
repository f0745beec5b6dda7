using System.Diagnostics;
using MuLambda.Catalog;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>Looks at the replicas four times a second.</summary>
/// <param name="platform">The processes.</param>
/// <param name="begin">The run's begin, a time stamp.</param>
internal sealed class LiveScalingObserver(LiveScalingPlatform platform, long begin)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly List<LiveScalingSample> _samples = [];
    private readonly Dictionary<string, Executor> _launched = new(StringComparer.Ordinal);

    /// <summary>What was seen.</summary>
    public IReadOnlyList<LiveScalingSample> Samples => _samples;

    /// <summary>The replicas that were launched, as they were seen last.</summary>
    public IReadOnlyCollection<Executor> Launched => _launched.Values;

    /// <summary>Looks until told to end.</summary>
    /// <param name="isOver">Asked after each look.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public async Task RunAsync(Func<LiveScalingSample, bool> isOver, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            _samples.Add(await LookAsync(cancellationToken));
        }
        while (!isOver(_samples[^1]) && await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<LiveScalingSample> LookAsync(CancellationToken cancellationToken)
    {
        var status = LiveScalingStatus.GetAsync(platform.Scaler, cancellationToken);
        var executors = await platform.Registry.ListExecutorsAsync(cancellationToken: cancellationToken);
        var (desired, starting, ready, draining, _) = await status;
        var replicas = executors.Where(executor => executor.Launch?.Deployments.Contains(LiveScalingModel.Name) == true).ToList();
        foreach (var replica in replicas)
        {
            _launched[replica.Id] = replica;
        }

        return new LiveScalingSample(
            Stopwatch.GetElapsedTime(begin).TotalSeconds, desired, starting, ready, draining,
            replicas.Count(replica => replica.State == ExecutorState.Ready));
    }
}
