using System.Globalization;
using MuLambda.Benchmarks.Targets;

namespace MuLambda.Benchmarks.Serving;

/// <summary>
/// A model run in this process, behind the executor and behind Node's HTTP server, under the same load. The targets take turns, so
/// that what else the machine does meets all of them.
/// </summary>
internal sealed class ServingBenchmark(ServingOptions options, Action<string> progress)
{
    private const int Seed = 20261122;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public async Task<ServingReport> RunAsync()
    {
        var rows = new List<ServingRow>();
        var starts = new List<KeyValuePair<string, IReadOnlyList<double>>>();
        foreach (var name in options.Models)
        {
            progress($"{name}: loading");
            using var model = await BenchmarkModel.PrepareAsync(name, progress);
            rows.AddRange(await MeasureAsync(model));
            starts.Add(new(model.Name, await StartsAsync(model)));
        }

        return new ServingReport(options, rows, starts);
    }

    private async Task<List<ServingRow>> MeasureAsync(BenchmarkModel model)
    {
        using var raw = new RawTarget(model);
        await using var executor = await ExecutorServer.StartAsync(model);
        await executor.UntilAnsweredAsync(Payload.Create(model, 1, Seed));
        await using var node = options.WithNode ? await NodeServer.StartAsync(model) : null;
        using var socket = new GrpcTarget("gRPC, Unix socket", executor.Socket);
        using var tcp = new GrpcTarget("gRPC, TCP", executor.Grpc);
        ITarget[] targets =
        [
            raw, socket, tcp, new HttpTarget("REST", executor.Predict),
            .. node is null ? Array.Empty<ITarget>() : [new HttpTarget("Node.js, REST", node.Predict)],
        ];

        var rows = new List<ServingRow>();
        foreach (var items in options.Items)
        {
            var payload = Payload.Create(model, items, Seed);
            var cells = targets.ToDictionary(t => t, _ => new Dictionary<int, Measurement>());
            // Many callers that each send many requests are the same load as more callers with one.
            foreach (var callers in payload.Parts.Count == 1 ? options.Callers : options.Callers.Take(1))
            {
                foreach (var target in targets)
                {
                    cells[target][callers] = new Measurement();
                }

                await MeasureAsync(model, targets, payload, callers, cells);
            }

            rows.AddRange(targets.Select(target => new ServingRow(model.Name, items, target.Name, cells[target])));
        }

        return rows;
    }

    private async Task MeasureAsync(
        BenchmarkModel model, ITarget[] targets, Payload payload, int callers, Dictionary<ITarget, Dictionary<int, Measurement>> cells)
    {
        foreach (var target in targets)
        {
            await ClosedLoop.RunAsync(target, payload, callers, WarmUp < options.Slice ? WarmUp : options.Slice, new Measurement());
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var target in targets)
            {
                progress(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{model.Name}: {payload.Items} images, {callers} callers, round {round + 1} of {options.Rounds}, {target.Name}"));
                await ClosedLoop.RunAsync(target, payload, callers, options.Slice, cells[target][callers]);
            }
        }
    }

    private async Task<List<double>> StartsAsync(BenchmarkModel model)
    {
        var payload = Payload.Create(model, 1, Seed);
        var seconds = new List<double>();
        for (var i = 0; i < options.Starts; i++)
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"{model.Name}: start {i + 1} of {options.Starts}"));
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            await using var executor = await ExecutorServer.StartAsync(model);
            await executor.UntilAnsweredAsync(payload);
            seconds.Add(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return seconds;
    }
}
