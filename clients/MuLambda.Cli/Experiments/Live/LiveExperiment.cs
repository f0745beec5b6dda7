using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Client;
using MuLambda.Simulation;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>Runs cells of the evaluation on real processes and holds them against the simulator.</summary>
internal sealed class LiveExperiment(LivePlan plan, ILiveProgress progress)
{
    private const int WarmUpStreams = 4;
    private const int WarmUpRequests = 50;

    // One attempt: what fails is to be seen. The deadline is beyond what the slowest model takes.
    private static readonly CallOptions OneAttempt = new(LivePlatform.RequestTimeout, MaxAttempts: 1);
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Runs everything.</summary>
    /// <returns>The comparisons, run by run.</returns>
    /// <exception cref="CliException">The processes did not start, or the warm-up failed.</exception>
    public async Task<IReadOnlyList<LiveComparison>> RunAsync(CancellationToken cancellationToken)
    {
        var comparisons = new List<LiveComparison>();
        foreach (var runs in plan.Clusters)
        {
            comparisons.AddRange(await RunAsync(runs, cancellationToken));
        }

        return comparisons;
    }

    private async Task<List<LiveComparison>> RunAsync(IReadOnlyList<LiveRun> runs, CancellationToken cancellationToken)
    {
        var (schedule, network) = (runs[0].Cell.Schedule, runs[0].Cell.Network);
        progress.Starting(schedule.Name, network.Name);

        var seed = plan.Plan.Seeds[0];
        await using var platform = await LivePlatform.StartAsync(new LiveSetup(schedule, network, seed), cancellationToken);
        progress.Started(platform.Processes);
        await using var applications = new LiveApplications(platform.RegistryAddress);

        // It does not care for latency: what the selectors remember of that would count among what requests take from others.
        await applications.StartAsync(LiveModels.WarmUp, new Criteria(LiveModels.WarmUpTraits, new Preference(0, 1)), cancellationToken);
        foreach (var useCase in runs.Select(run => run.Cell.UseCase).Distinct())
        {
            for (var phase = 0; phase < useCase.Phases.Count; phase++)
            {
                await applications.StartAsync(
                    ClientOf(useCase, phase), new Criteria(ClusterSpec.DefaultTraits, useCase.Phases[phase]), cancellationToken);
            }
        }

        // The first selector is not measured: it takes the warm-up to every executor in turn.
        await WithSelectorAsync("round-robin", seed, selector =>
            WarmUpAsync(selector, schedule.Executors.Count * WarmUpRequests / WarmUpStreams, cancellationToken));
        var comparisons = new List<LiveComparison>();
        foreach (var run in runs)
        {
            await WithSelectorAsync(run.Policy, seed + comparisons.Count + 1, async selector =>
            {
                await WarmUpAsync(selector, WarmUpRequests, cancellationToken);
                comparisons.Add(await MeasureAsync(platform, selector, run, cancellationToken));
            });
        }

        return comparisons;

        async Task WithSelectorAsync(string policy, long chance, Func<Uri, Task> runAsync)
        {
            await using var selector = await LiveSelector.StartAsync(platform.RegistryAddress, policy, chance, cancellationToken);
            progress.Started(selector.Processes);
            await applications.WaitUntilKnownAsync(selector.Address, schedule.Executors.Count, ReadyTimeout, cancellationToken);
            await runAsync(selector.Address);
        }
    }

    private static string ClientOf(PaperUseCase useCase, int phase) => FormattableString.Invariant($"{useCase.Name}-{phase}");

    private async Task WarmUpAsync(Uri selector, int requests, CancellationToken cancellationToken)
    {
        using var client = new MuLambdaClient(LiveModels.WarmUp, selector, OneAttempt);
        var load = new LiveLoad([client], plan.Plan.Grid.Sizes.Max(), features: 1, static (_, _) => 0);
        var warmed = await load.RunAsync(WarmUpStreams, requests, static _ => { }, cancellationToken);
        if (warmed.FirstOrDefault(request => request.Failure is not null) is { } failed)
        {
            throw new CliException(ExitCodes.Failed, $"The warm-up failed: {failed.Failure}");
        }
    }

    private async Task<LiveComparison> MeasureAsync(LivePlatform platform, Uri selector, LiveRun run, CancellationToken cancellationToken)
    {
        progress.Measuring(run);
        var cell = run.Cell;
        var clients = cell.UseCase.Phases
            .Select((_, phase) => new MuLambdaClient(ClientOf(cell.UseCase, phase), selector, OneAttempt))
            .ToList();
        try
        {
            var features = cell.Schedule.Models.Max(model => model.Confidence.ByFeature.Count);
            var same = new PaperRun(cell, run.Policy, plan.Plan.Seeds[0], plan.Plan.Requests);
            var load = new LiveLoad(
                clients, cell.Size, features, (stream, sequence) => same.FeatureOf(stream, sequence, features));
            var requests = await load.RunAsync(cell.Streams, plan.Plan.Requests, _ => progress.Ended(), cancellationToken);

            // The simulator meets the same requests at the distances that the probers measured meanwhile.
            var distances = LiveDistances.Of(
                cell, await platform.Registry.ListLatenciesAsync(cancellationToken: cancellationToken), clients.Select((_, phase) => ClientOf(cell.UseCase, phase)));
            var simulated = await Task.Run(
                () => plan.Simulate(cell with { Network = distances }, run.Policy, cancellationToken), cancellationToken);
            var comparison = new LiveComparison(
                cell,
                run.Policy,
                LiveFigures.Of(cell, plan.Plan.Requests, requests),
                LiveFigures.Of(simulated),
                simulated.Runs.Count > 1 ? simulated.MeanRoundTripMs.HalfWidth : 0)
            {
                DistancesMs = distances.DelaysMs,
            };
            progress.Measured(comparison, requests);
            return comparison;
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }
}
