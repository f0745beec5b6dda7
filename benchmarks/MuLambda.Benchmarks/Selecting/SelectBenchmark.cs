using System.Globalization;

namespace MuLambda.Benchmarks.Selecting;

/// <summary>
/// A selection over HTTP beside a constant answer of the same server. The two endpoints take turns, so that what else the machine
/// does meets both.
/// </summary>
internal sealed class SelectBenchmark(SelectOptions options, Action<string> progress)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public async Task<SelectReport> RunAsync()
    {
        await using var platform = await SelectPlatform.StartAsync(options, progress);
        var wrk = new Wrk(options.Connections, options.Threads);
        var select = new Uri(platform.Selector, "/v1/select");
        var constant = new Uri(platform.Selector, "/benchmark/constant");
        string[] bodies = [.. platform.Clients.Select(client => $$"""{"client":"{{client}}","items":1}""")];

        progress("warming up");
        var warmUp = WarmUp < options.Slice ? WarmUp : options.Slice;
        await wrk.RunAsync(constant, warmUp, bodies);
        await wrk.RunAsync(select, warmUp, bodies);

        var (constants, selects) = (new List<SelectTurn>(), new List<SelectTurn>());
        for (var round = 1; round <= options.Rounds; round++)
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"round {round} of {options.Rounds}"));
            constants.Add(await TurnAsync(platform, wrk, constant, bodies));
            selects.Add(await TurnAsync(platform, wrk, select, bodies));
        }

        return new SelectReport(options, constants, selects);
    }

    private async Task<SelectTurn> TurnAsync(SelectPlatform platform, Wrk wrk, Uri target, string[] bodies)
    {
        var before = platform.SelectorProcessorTime;
        var result = await wrk.RunAsync(target, options.Slice, bodies);
        return new SelectTurn(result, (platform.SelectorProcessorTime - before).TotalMicroseconds / result.Requests);
    }
}
