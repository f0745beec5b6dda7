using System.Text.Json;
using MuLambda.Benchmarks.ColdStart;

namespace MuLambda.Benchmarks.Tests;

public sealed class ColdStartBenchmarkTests
{
    [Fact]
    public async Task Every_kind_of_start_is_taken_apart()
    {
        var report = await new ColdStartBenchmark(new ColdStartOptions { Models = ["digits/digits-linear"], Rounds = 1 }, _ => { }).RunAsync("command");

        report.Rows.Select(row => row.Kind).ShouldBe(StartKind.All);
        foreach (var row in report.Rows)
        {
            var start = row.Starts.ShouldHaveSingleItem();
            start.Total.ShouldBe(start.Process + start.Download + start.Translate + start.Load + start.WarmUp + start.Answer, 0.01, row.Kind.Name);
            new[] { start.Process, start.Load, start.WarmUp, start.Answer }.ShouldAllBe(part => part > 0, row.Kind.Name);
            (start.Download > 0, start.Translate > 0).ShouldBe(
                row.Kind.Cache == CachedModel.Translated ? (false, false) : (true, true), row.Kind.Name);
        }
    }

    [Fact]
    public void The_phases_say_where_the_time_went()
    {
        const string Lines = """
            {"phase":"downloading","model":"m@1","at":"2026-03-02T12:00:00.1000000+00:00"}
            {"phase":"loading","model":"m@1","at":"2026-03-02T12:00:00.1500000+00:00"}
            {"phase":"warming","model":"m@1","at":"2026-03-02T12:00:00.2500000+00:00","translateMs":40}
            {"phase":"ready","model":"m@1","at":"2026-03-02T12:00:00.2600000+00:00"}
            """;
        var decided = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

        PhaseTimes.TryParse(Lines).ShouldNotBeNull().Split(decided, TimeSpan.FromMilliseconds(270)).ShouldBe(new StartTimes(270, 100, 50, 40, 60, 10, 10));
        PhaseTimes.TryParse(string.Join('\n', Lines.Split('\n').Skip(1))).ShouldNotBeNull()
            .Split(decided, TimeSpan.FromMilliseconds(270)).ShouldBe(new StartTimes(270, 150, 0, 40, 60, 10, 10));
        PhaseTimes.TryParse(string.Join('\n', Lines.Split('\n').SkipLast(1))).ShouldBeNull();
        Should.Throw<InvalidOperationException>(() => PhaseTimes.TryParse("""{"phase":"failed","model":"m","at":"2026-03-02T12:00:00Z","error":"no memory"}"""))
            .Message.ShouldContain("no memory");
    }

    [Fact]
    public async Task The_report_has_medians_and_what_was_reached_of_the_aims()
    {
        StartTimes Start(double total) => new(total, total / 2, 0, 0, total / 4, total / 8, total / 8);
        var report = new ColdStartReport(
            new ColdStartOptions { Rounds = 3 }, "command", "0.1 0.2 0.3", null,
            [
                new("digits-cnn", new StartKind(true, CachedModel.Nothing), [Start(1000)]),
                new("digits-cnn", new StartKind(true, CachedModel.Translated), [Start(800), Start(80), Start(160)]),
                new("nanodet", new StartKind(false, CachedModel.Artifact), [Start(1200), Start(1600)]),
            ]);

        var lines = report.ToMarkdown().Split('\n');

        lines.ShouldContain("| prestarted, translated too | 160 | 80 | 800 | 80 | 0 | 0 | 40 | 20 | 20 |");
        lines.ShouldContain("| digits-cnn | prestarted, translated too | 400 ms | 160 ms | reached |");
        lines.ShouldContain("| nanodet | fresh process, artifact cached | 1200 ms | 1400 ms | **missed** |");
        lines.ShouldNotContain(line => line.Contains("nothing cached") && line.Contains("reached"));
        var directory = Directory.CreateTempSubdirectory("mulambda-bench-");
        try
        {
            await ColdStartCommand.WriteAsync(report, directory);
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(directory.FullName, "result.json")));
            json.RootElement.GetProperty("rows")[1].GetProperty("starts").GetArrayLength().ShouldBe(3);
            json.RootElement.GetProperty("rows")[1].GetProperty("kind").GetProperty("cache").GetString().ShouldBe("Translated");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--rounds", "0")]
    [InlineData("--rounds", "none")]
    [InlineData("--round", "1")]
    public void A_wrong_option_is_an_error_that_names_it(string option, string value) =>
        ColdStartCommand.Create().Parse([option, value]).Errors.ShouldContain(e => e.Message.Contains(option) || e.Message.Contains(value));
}
