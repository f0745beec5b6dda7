using MuLambda.Catalog;
using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class SloTests : IAsyncLifetime
{
    private static readonly SloStatus Burning = new(
        "burning", new Slo(100, 0.99), Slo.DefaultWindowSeconds, 20_000, 19_700, -0.5,
        [new(300, 100, 20, 0.8), new(1800, 500, 5, 0.95), new(3600, 1000, 15.5, 0.845), new(21_600, 5000, 4, 0.96)],
        [new(3600, 300, 14.4, 20, Firing: true), new(21_600, 1800, 6, 20, Firing: false)],
        ["edge-1", "edge-2"], 0.985, new SloLatency(12.34, 88.8, 412.3), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static readonly SloStatus Unasked = new(
        "unasked", new Slo(20, 0.9, 3600), 3600, 0, 0, 1, [], [], []);

    private CommandLine _line = null!;

    public async Task InitializeAsync()
    {
        _line = await CommandLine.StartAsync();
        _line.Platform.Slos["burning"] = Burning;
        _line.Platform.Slos["unasked"] = Unasked;
    }

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public async Task All_objectives_are_a_table()
    {
        var result = await _line.RunAsync("slo");

        result.ExitCode.ShouldBe(0, result.Error);
        var rows = Rows(result.Out);
        rows[0].ShouldBe(["CLIENT", "SLO MS", "TARGET", "WINDOW", "REQUESTS", "ATTAINMENT", "BUDGET LEFT", "BURN RATES", "ALERTS", "P50 MS", "P99 MS"]);
        rows[1].ShouldBe(["burning", "100", "99.0%", "30d", "20000", "98.5%", "-50.0%", "1h 15.5, 6h 4.0", "1h/5m", "12.34", "412"]);
        rows[2].ShouldBe(["unasked", "20", "90.0%", "1h", "0", "-", "100.0%", "-", "-", "-"]);
        result.Out.ShouldNotContain('\e');
    }

    [Fact]
    public async Task One_client_is_told_in_detail()
    {
        var result = await _line.RunAsync("slo", "burning");

        result.ExitCode.ShouldBe(0, result.Error);
        var rows = Rows(result.Out);
        rows.ShouldContain(row => row.SequenceEqual(new[] { "Objective", "99.0% within 100 ms over 30d" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "Requests", "20000, of them bad 300" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "Budget left", "-50.0%" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "Latency", "p50 12.34 ms, p95 88.80 ms, p99 412 ms" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "Selectors", "edge-1, edge-2" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "Since", "2026-01-02 03:04:05 UTC" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "5m", "100", "80.0%", "20.0" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "1h/5m", "14.4", "20", "firing" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "6h/30m", "6.0", "20", "quiet" }));
    }

    [Fact]
    public async Task A_client_that_nobody_asked_for_yet_has_all_of_its_budget()
    {
        var rows = Rows((await _line.RunAsync("slo", "unasked")).Out);

        rows.ShouldContain(row => row.SequenceEqual(new[] { "Budget left", "100.0%" }));
        rows.ShouldContain(row => row.SequenceEqual(new[] { "Selectors", "none has reported yet" }));
    }

    [Fact]
    public async Task An_empty_client_is_refused_and_not_taken_for_all()
    {
        var result = await _line.RunAsync("slo", "");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("error: CLIENT has to be given; it is empty.\n");
    }

    [Fact]
    public async Task Programs_get_what_the_registry_says()
    {
        var all = (await _line.RunAsync("slo", "--json")).Json;
        var one = (await _line.RunAsync("slo", "burning", "--json")).Json;

        all.GetArrayLength().ShouldBe(2);
        all[0].GetProperty("budgetLeft").GetDouble().ShouldBe(-0.5);
        all[1].TryGetProperty("attainment", out _).ShouldBeFalse();
        one.GetProperty("slo").GetProperty("windowSeconds").GetDouble().ShouldBe(2_592_000);
        one.GetProperty("alerts")[0].GetProperty("firing").GetBoolean().ShouldBeTrue();
        one.GetProperty("burnRates")[2].GetProperty("burnRate").GetDouble().ShouldBe(15.5);
    }

    [Fact]
    public async Task An_unknown_client_is_not_found()
    {
        var result = await _line.RunAsync("slo", "nobody");

        result.ExitCode.ShouldBe(3);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldStartWith("error: ");
    }

    private static List<string[]> Rows(string text) =>
        [.. text.Split('\n').Select(row => row.Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
