using System.Diagnostics;
using System.Globalization;
using MuLambda.Benchmarks.Targets;
using MuLambda.Load;
using MuLambda.Protocol.Grpc;
using MuLambda.Simulation;

namespace MuLambda.Benchmarks.Batching;

/// <summary>
/// An executor behind selectors that differ in their batch policy only. They take turns under the same schedule of requests, so that what else the
/// machine does meets all of them.
/// </summary>
internal sealed class BatchingBenchmark(BatchingOptions options, Action<string> progress)
{
    private const string Signature = "serving_default";
    private const string Refused = "grpc RESOURCE_EXHAUSTED";

    private const double SparseLoad = 0.1;

    // Answers that come too late are still taken: what counts is how many come in time, not what it costs to give the others up.
    private const double DeadlineFactor = 10;

    // Without an objective: only what never ends is given up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<BatchingReport> RunAsync(string command)
    {
        var servers = new List<BatchingServer>();
        var cells = new List<BatchingCell>();
        foreach (var name in options.Models)
        {
            progress($"{name}: loading");
            using var model = await BenchmarkModel.PrepareAsync(name, progress);
            if (!model.IsBatched)
            {
                throw new InvalidOperationException($"{name} takes no batches: its input is {model.Input}.");
            }

            await MeasureAsync(model, servers, cells);
        }

        return new BatchingReport(
            "Batch policies in front of real executors",
            command,
            [
                FormattableString.Invariant($"One executor, and a selector for each policy; TensorFlow Serving's Predict over gRPC, requests of {options.Items} example(s), open loop without coordinated omission; {options.Rounds} round(s) of {options.Measured.TotalSeconds:0.#} s after {options.WarmUp.TotalSeconds:0.#} s, bursts for whole periods{(options.Rounds > 1 ? "; ± is the standard error over the rounds" : "")}."),
                options.MedianOfSparse ? "The median without batches is of requests that come at a tenth of the capacity." : "The median without batches is of one caller in a closed loop.", "The load generator shares the processors with the selector and the executor: * marks where it did not keep its schedule, so that latencies hold its delay.",
                FormattableString.Invariant($"The client states the objective to the platform; a request's own deadline is {DeadlineFactor} times that."),
                FormattableString.Invariant($"Saturated: {options.Callers} callers in a closed loop without a deadline. fixed-32-2 is a batch of 32 or what came within 2 ms, two batches at a time."),
            ],
            options.Settings,
            servers,
            [.. cells.GroupBy(c => (c.Server, c.Arrivals, c.Load, c.Setting)).Select(rounds => BatchingCell.Of([.. rounds]))]);
    }

    private async Task MeasureAsync(BenchmarkModel model, List<BatchingServer> servers, List<BatchingCell> cells)
    {
        await using var platform = await ServedPlatform.StartAsync(model, progress);
        var targets = new List<Under>();
        try
        {
            foreach (var setting in options.Settings)
            {
                progress($"{model.Name}: starting the selector with {setting.Name}");
                var selector = await platform.StartSelectorAsync(setting.Arguments);
                targets.Add(new Under(setting, selector, await TargetAsync(platform, selector, model)));
            }

            var server = await FindAsync(platform, model, targets);
            servers.Add(server);
            progress($"{model.Name}: stating the objective");
            await platform.StateSloAsync(server.SloMs);
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var arrivals in options.Arrivals)
                {
                    foreach (var load in options.Loads)
                    {
                        foreach (var (setting, _, target) in InTurn(targets, round))
                        {
                            progress(string.Create(
                                CultureInfo.InvariantCulture,
                                $"{model.Name}: round {round + 1} of {options.Rounds}, {arrivals.Name}, load {load}, {setting.Name}"));
                            cells.Add(await CellAsync(server, arrivals, load, setting, target, options.Seed + round));
                        }
                    }
                }
            }
        }
        finally
        {
            foreach (var under in targets)
            {
                under.Dispose();
            }
        }
    }

    // What the executor answers without batches is what loads are shares of.
    private async Task<BatchingServer> FindAsync(ServedPlatform platform, BenchmarkModel model, List<Under> targets)
    {
        var own = targets.FirstOrDefault(t => t.Setting.Policy == PolicySetting.None);
        using var extra = own is null ? await WithoutBatchesAsync(platform, model) : null;
        var none = own ?? extra!;

        // All are equally warm, or the first to be measured would have paid for the others.
        foreach (var under in targets.Append(none).Distinct())
        {
            progress($"{model.Name}: warming up {under.Setting.Name}");
            await SaturateAsync(platform, under, options.SelectorWarmUp);
        }

        var rounds = new List<(Under Under, Saturation Saturation)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var under in InTurn(targets, round).Append(none).Distinct())
            {
                progress(string.Create(CultureInfo.InvariantCulture, $"{model.Name}: round {round + 1} of {options.Rounds}, saturating through {under.Setting.Name}"));
                rounds.Add((under, await SaturateAsync(platform, under, options.Measured)));
            }
        }

        Saturation Saturated(Under under) => Saturation.Of([.. rounds.Where(r => r.Under == under).Select(r => r.Saturation)]);
        var capacity = Saturated(none).PerSecond;
        progress($"{model.Name}: the median without batches");
        var alone = await LoadGenerator.RunAsync(none.Target, new LoadPlan
        {
            Arrivals = options.MedianOfSparse ? new PoissonArrivals(SparseLoad * capacity) : null,
            WarmUp = options.WarmUp,
            Duration = options.Rounds * options.Measured,
            Timeout = Patience,
            Seed = options.Seed,
        });
        var median = alone.LatencyMs?.P50 ?? throw new InvalidOperationException($"{model.Name} does not answer: {Example(alone)}");
        return new BatchingServer(model.Name, capacity, median, options.SloFactor * median, targets.ToDictionary(t => t.Setting.Name, Saturated));
    }

    // Whoever comes first finds caches and clocks that others left: each round another one does.
    private static IEnumerable<Under> InTurn(List<Under> targets, int round) =>
        targets.Skip(round % targets.Count).Concat(targets.Take(round % targets.Count));

    private async Task<Under> WithoutBatchesAsync(ServedPlatform platform, BenchmarkModel model)
    {
        var setting = new PolicySetting(PolicySetting.None);
        var selector = await platform.StartSelectorAsync(setting.Arguments);
        return new Under(setting, selector, await TargetAsync(platform, selector, model));
    }

    private async Task<Saturation> SaturateAsync(ServedPlatform platform, Under under, TimeSpan time)
    {
        using var self = Process.GetCurrentProcess();
        var (executor, selector, callers) = (platform.Executor.ProcessorTime, under.Selector.Process.ProcessorTime, self.TotalProcessorTime);
        var result = await LoadGenerator.RunAsync(under.Target, new LoadPlan { Concurrency = options.Callers, Duration = time, Timeout = Patience });
        self.Refresh();
        return result.Answered > 0
            ? new Saturation(
                result.ThroughputPerSecond,
                (platform.Executor.ProcessorTime - executor).TotalMicroseconds / result.Answered,
                (under.Selector.Process.ProcessorTime - selector).TotalMicroseconds / result.Answered,
                (self.TotalProcessorTime - callers).TotalMicroseconds / result.Answered)
            : throw new InvalidOperationException($"{under.Target.Address} does not answer: {Example(result)}");
    }

    private async Task<BatchingCell> CellAsync(
        BatchingServer server, ArrivalKind arrivals, double load, PolicySetting setting, ILoadTarget target, long seed)
    {
        var result = await LoadGenerator.RunAsync(target, new LoadPlan
        {
            Arrivals = arrivals.Create(load * server.CapacityPerSecond),
            WarmUp = options.WarmUp,
            Duration = arrivals.Measured(options.WarmUp, options.Measured),
            Timeout = TimeSpan.FromMilliseconds(DeadlineFactor * server.SloMs),
            SloMs = server.SloMs,
            Seed = seed,
        });
        return new BatchingCell(
            server.Name, arrivals.Title, load, setting.Name, result.Due / result.Seconds, (result.WithinSlo ?? 0) / result.Seconds,
            result.Errors.Where(e => e.Kind == Refused).Sum(e => e.Count) / result.Seconds,
            result.LatencyMs?.P50, result.LatencyMs?.P99, result.KeptSchedule, result.ScheduleLagMs?.P50);
    }

    private async Task<ILoadTarget> TargetAsync(ServedPlatform platform, SelectorServer selector, BenchmarkModel model)
    {
        var inputs = await ServingMetadata.GetAsync(GrpcAddress.Parse(platform.Executor.Grpc), model.Name, Signature, CancellationToken.None);
        return new Load.GrpcTarget(GrpcAddress.Parse(selector.Grpc), model.Name, Signature, new RandomInputs(inputs, seed: 1), [options.Items]);
    }

    /// <summary>A selector with a batch policy, and what sends requests to it.</summary>
    private sealed record Under(PolicySetting Setting, SelectorServer Selector, ILoadTarget Target) : IDisposable
    {
        public void Dispose() => Target.Dispose();
    }

    private static string Example(LoadResult result) => result.Errors.Count > 0 ? result.Errors[0].Example : "no request was sent";
}
