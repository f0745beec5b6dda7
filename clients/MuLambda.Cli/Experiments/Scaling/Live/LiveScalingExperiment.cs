using System.Diagnostics;
using MuLambda.Load;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>Runs the plan on real processes.</summary>
/// <param name="plan">What is run.</param>
/// <param name="tell">Is told how it goes, a line at a time.</param>
/// <param name="started">Is told the processes that were started.</param>
internal sealed class LiveScalingExperiment(LiveScalingPlan plan, Action<string> tell, Action<IReadOnlyList<int>>? started = null)
{
    private const double TellEverySeconds = 5;

    /// <summary>Runs it.</summary>
    /// <exception cref="Commands.CliException">The processes did not start.</exception>
    public async Task<LiveScalingResult> RunAsync(CancellationToken cancellationToken)
    {
        tell("starting registry, selector, prober and scaler");
        await using var platform = await LiveScalingPlatform.StartAsync(plan, cancellationToken);
        started?.Invoke(platform.Processes);
        tell(Words.Of($"requests come for {plan.Seconds:0.#} s"));

        var (begin, at) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
        var load = plan.Load;
        using var target = new LiveScalingTarget(
            RestTarget.OfBody(platform.Selector, LiveScalingModel.Client, LiveScalingModel.Request), load.Timeout, begin);
        var observer = new LiveScalingObserver(platform, begin);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loading = LoadGenerator.RunAsync(target, load, progress: null, ending.Token);
        try
        {
            await observer.RunAsync(Watch(loading, target, plan.UntilZero), cancellationToken);
        }
        catch
        {
            await ending.CancelAsync();
            await loading;
            throw;
        }

        var loaded = await loading;
        var decisions = await platform.Registry.GetDecisionsAsync(LiveScalingModel.Name, cancellationToken: cancellationToken);
        return new LiveScalingResult(
            plan,
            at,
            [.. target.Requests.OrderBy(request => request.AtSeconds)],
            observer.Samples,
            [.. decisions.OrderBy(decision => decision.Sequence)],
            [.. observer.Launched.Select(executor => LiveScalingLaunch.Of(executor, at)).OrderBy(launch => launch.AtSeconds)],
            loaded.KeptSchedule);
    }

    // Over when no request is under way or to come and no replica is there, or that takes too long.
    private Func<LiveScalingSample, bool> Watch(Task loading, LiveScalingTarget target, TimeSpan untilZero)
    {
        var (toldAt, ended, idleSince) = (0.0, 0, double.NaN);
        return sample =>
        {
            if (sample.AtSeconds - toldAt >= TellEverySeconds)
            {
                var answered = target.Ended;
                tell(Words.Of(
                    $"{sample.AtSeconds,5:0} s: {(answered - ended) / (sample.AtSeconds - toldAt),5:0.0} answers/s; {sample.Ready} ready, {sample.Starting} starting, {sample.Desired} desired, {sample.Draining} draining; {target.Failed} failed"));
                (toldAt, ended) = (sample.AtSeconds, answered);
            }

            if (!loading.IsCompleted)
            {
                return false;
            }

            idleSince = double.IsNaN(idleSince) ? sample.AtSeconds : idleSince;
            return sample.Alive == 0 || sample.AtSeconds - idleSince >= untilZero.TotalSeconds;
        };
    }
}
