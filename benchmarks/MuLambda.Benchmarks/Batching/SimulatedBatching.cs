using MuLambda.Batching;
using MuLambda.Simulation;
using MuLambda.Simulation.Batching;

namespace MuLambda.Benchmarks.Batching;

/// <summary>The same in virtual time, for executors whose batches cost mostly a fixed time, or hardly one.</summary>
internal sealed class SimulatedBatching(BatchingOptions options, Action<string> progress)
{
    // A little more than any policy can answer with the largest batches.
    private const double Saturating = 1.2;
    private const double SaturatedSloMs = 10_000;
    private static readonly TimeSpan Saturated = TimeSpan.FromSeconds(30);

    // With the loads up to and a little beyond what batches can do, which the usual ones of the first are far from.
    private static readonly (string Name, BatchServer Server, double[] MoreLoads)[] Servers =
        [("gpu-like", BatchServer.Gpu, [5, 10, 15, 20, 25]), ("cpu-like", BatchServer.Cpu, [2, 3])];

    public BatchingReport Run(string command)
    {
        var servers = new List<BatchingServer>();
        var cells = new List<BatchingCell>();
        foreach (var (name, server, more) in Servers)
        {
            progress(name);
            var found = new BatchingServer(
                name, server.UnbatchedPerSecond, server.UnbatchedMs, options.SloFactor * server.UnbatchedMs,
                options.Settings.ToDictionary(setting => setting.Name, setting => new Saturation(SaturatedBy(server, setting))));
            servers.Add(found);
            foreach (var arrivals in options.Arrivals)
            {
                foreach (var load in options.Loads.Concat(options.HasUsualLoads ? more : []).Distinct().Order())
                {
                    foreach (var setting in options.Settings)
                    {
                        cells.Add(BatchingCell.Of(
                            [.. Enumerable.Range(0, options.Rounds).Select(round => Cell(server, found, arrivals, load, setting, options.Seed + round))]));
                    }
                }
            }
        }

        return new BatchingReport(
            "Batch policies in virtual time",
            command,
            [
                FormattableString.Invariant($"Through the selector's own queue and policies in virtual time; requests of one example; {options.Rounds} round(s) of {options.Measured.TotalSeconds:0.#} s after {options.WarmUp.TotalSeconds:0.#} s, bursts for whole periods."),
                FormattableString.Invariant($"gpu-like: {BatchServer.Gpu.FixedMs} ms a batch and {BatchServer.Gpu.PerItemMs} ms an example, one batch at a time; cpu-like: {BatchServer.Cpu.FixedMs} ms and {BatchServer.Cpu.PerItemMs} ms, two at a time."),
                "Refused are those that a policy did not run; of the others the late ones were answered for nothing.",
            ],
            options.Settings,
            servers,
            cells);
    }

    private BatchingCell Cell(BatchServer server, BatchingServer found, ArrivalKind arrivals, double load, PolicySetting setting, long seed)
    {
        var result = BatchingRun.Run(
            new BatchingScenario(
                server,
                arrivals.Create(load * found.CapacityPerSecond),
                found.SloMs,
                (options.WarmUp + arrivals.Measured(options.WarmUp, options.Measured)).TotalMilliseconds)
            {
                WarmUpMs = options.WarmUp.TotalMilliseconds,
            },
            setting.Create(),
            seed);
        return new BatchingCell(
            found.Name, arrivals.Title, load, setting.Name, result.Offered / result.Seconds, result.Goodput, result.Refused / result.Seconds,
            OrNull(result.MedianMs), OrNull(result.P99Ms));
    }

    private double SaturatedBy(BatchServer server, PolicySetting setting) => setting.Policy == PolicySetting.None
        ? server.UnbatchedPerSecond
        : BatchingRun.Run(
            new BatchingScenario(
                server, new PoissonArrivals(Saturating * MostPerSecond(server)), SaturatedSloMs, Saturated.TotalMilliseconds),
            setting.Create(),
            options.Seed).Throughput;

    private static double MostPerSecond(BatchServer server)
    {
        var items = new BatcherLimits().MaxBatchItems;
        return 1000 * server.Parallel * items / (server.FixedMs + (server.PerItemMs * items));
    }

    private static double? OrNull(double value) => double.IsNaN(value) ? null : value;
}
