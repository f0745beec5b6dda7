using System.Globalization;
using System.Text;
using MuLambda.Benchmarks.Selecting;
using MuLambda.Benchmarks.Serving;
using MuLambda.Benchmarks.Targets;

namespace MuLambda.Benchmarks.Proxying;

/// <summary>
/// What the selector costs: one caller's latency beside calling the executor itself, and requests a second beside nginx in front of the same
/// executor. The targets take turns, so that what else the machine does meets all of them.
/// </summary>
internal sealed class ProxyBenchmark(ProxyOptions options, Action<string> progress)
{
    private const int Seed = 20261122;

    public async Task<ProxyReport> RunAsync(string command)
    {
        var rows = new List<ProxyRow>();
        foreach (var name in options.Models)
        {
            progress($"{name}: loading");
            using var model = await BenchmarkModel.PrepareAsync(name, progress);
            rows.Add(await MeasureAsync(model));
        }

        return new ProxyReport(options, command, rows);
    }

    private async Task<ProxyRow> MeasureAsync(BenchmarkModel model)
    {
        await using var platform = await ServedPlatform.StartAsync(model, progress);
        var selector = await platform.StartSelectorAsync(options.SelectorArguments);
        await using var nginx = await Nginx.StartAsync(platform.Executor.Predict, new Uri(platform.Executor.Grpc));
        var payload = Payload.Create(model, 1, Seed);
        var (direct, through, passed) = await LatencyAsync(platform.Executor, selector, nginx, payload);
        var (proxied, selected) = await RateAsync(platform.Executor, selector, nginx, payload);
        return new ProxyRow(model.Name, direct, through, passed, proxied, selected);
    }

    private async Task<(List<double> Direct, List<double> Through, List<double> Nginx)> LatencyAsync(
        ExecutorServer executor, SelectorServer selector, Nginx nginx, Payload payload)
    {
        using var direct = new GrpcTarget("executor", executor.Grpc);
        using var through = new GrpcTarget("selector", selector.Grpc);
        using var passed = new GrpcTarget("nginx", nginx.Grpc);
        (GrpcTarget Target, List<double> Medians)[] targets = [(direct, []), (through, []), (passed, [])];
        progress("gRPC, warming up");
        foreach (var (target, _) in targets)
        {
            // More than one caller: the runtime compiles anew what is called often.
            await ClosedLoop.RunAsync(target, payload, callers: 8, options.WarmUp, new Measurement());
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"gRPC, one caller: round {round} of {options.Rounds}"));
            foreach (var (target, medians) in targets)
            {
                var measurement = new Measurement();
                await ClosedLoop.RunAsync(target, payload, callers: 1, options.Slice, measurement);
                medians.Add(measurement.Median);
            }
        }

        return (targets[0].Medians, targets[1].Medians, targets[2].Medians);
    }

    private async Task<(List<ProxyTurn> Nginx, List<ProxyTurn> Selector)> RateAsync(
        ExecutorServer executor, SelectorServer selector, Nginx nginx, Payload payload)
    {
        var wrk = new Wrk(options.Connections, options.Threads);
        string[] bodies = [.. payload.Parts.Select(part => Encoding.UTF8.GetString(part.Json))];
        var (proxied, selected) = (new Uri(nginx.Address, executor.Predict.AbsolutePath), new Uri(selector.Rest, executor.Predict.AbsolutePath));
        progress("REST, warming up");
        await wrk.RunAsync(proxied, options.WarmUp, bodies);
        await wrk.RunAsync(selected, options.WarmUp, bodies);

        var (nginxTurns, selectorTurns) = (new List<ProxyTurn>(), new List<ProxyTurn>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"REST, {options.Connections} connections: round {round} of {options.Rounds}"));
            nginxTurns.Add(await TurnAsync(proxied, null));
            selectorTurns.Add(await TurnAsync(selected, selector.Process));
        }

        return (nginxTurns, selectorTurns);

        async Task<ProxyTurn> TurnAsync(Uri target, ServerProcess? watched)
        {
            var (executorBefore, before) = (executor.ProcessorTime, watched?.ProcessorTime);
            var result = await wrk.RunAsync(target, options.Slice, bodies);
            return new ProxyTurn(
                result,
                (executor.ProcessorTime - executorBefore).TotalMicroseconds / result.Requests,
                (watched?.ProcessorTime - before)?.TotalMicroseconds / result.Requests);
        }
    }
}
