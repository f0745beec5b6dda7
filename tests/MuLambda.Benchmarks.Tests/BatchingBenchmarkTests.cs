using System.Text.Json;
using MuLambda.Benchmarks.Batching;

namespace MuLambda.Benchmarks.Tests;

public sealed class BatchingBenchmarkTests
{
    [Fact]
    public async Task A_real_executor_answers_through_a_selector_of_each_policy_and_every_cell_has_its_line()
    {
        var options = new BatchingOptions
        {
            Models = ["digits/digits-linear"],
            Loads = [0.1],
            Arrivals = [ArrivalKind.All[0]],
            Settings = [.. new[] { "none", "fixed-8-0", "adaptive" }.SelectMany(PolicySetting.Parse)],
            Measured = TimeSpan.FromMilliseconds(300),
            WarmUp = TimeSpan.Zero,
            SelectorWarmUp = TimeSpan.FromMilliseconds(300),
            Rounds = 2,
            Callers = 4,
            Items = 3,

            // What the machine does meanwhile must not decide whether anything is answered in time.
            SloFactor = 1000,
        };

        var report = await new BatchingBenchmark(options, _ => { }).RunAsync("command");

        var server = report.Servers.ShouldHaveSingleItem();
        server.CapacityPerSecond.ShouldBeGreaterThan(0);
        server.SloMs.ShouldBe(1000 * server.MedianMs);
        server.Saturated.Keys.ShouldBe(["none", "fixed-8-0", "adaptive"]);
        server.Saturated.Values.ShouldAllBe(one => one.PerSecond > 0 && one.ExecutorUs >= 0 && one.SelectorUs >= 0 && one.CallersUs > 0);
        report.Cells.Select(c => c.Setting).ShouldBe(["none", "fixed-8-0", "adaptive"]);
        report.Cells.Select(c => c.OfferedPerSecond).Distinct().ShouldHaveSingleItem("they meet the same schedule");
        report.Cells.ShouldAllBe(c => c.GoodPerSecond > 0 && c.P99Ms >= c.P50Ms);
        report.ToMarkdown().ShouldContain("### digits-linear, Poisson, load 0.1");
        report.ToMarkdown().ShouldContain("requests of 3 example(s)");
    }

    [Fact]
    public void In_virtual_time_the_same_table_is_made_for_both_kinds_of_executor()
    {
        var options = new BatchingOptions { Loads = [0.2, 1.5], HasUsualLoads = false, Measured = TimeSpan.FromSeconds(5), WarmUp = TimeSpan.FromSeconds(1) };

        var report = new SimulatedBatching(options, _ => { }).Run("command");

        report.Servers.Select(s => s.Name).ShouldBe(["gpu-like", "cpu-like"]);
        report.Cells.Count.ShouldBe(2 * 2 * 2 * 12);
        report.Goals.Select(g => g.Server).Distinct().ShouldBe(["gpu-like", "cpu-like"]);
        report.Goals.Count(g => g.Aim.Contains("best fixed")).ShouldBe(8);
        report.Cells.Where(c => c is { Server: "gpu-like", Setting: "none", Load: 1.5 }).ShouldAllBe(c => c.LatePerSecond > c.GoodPerSecond);
    }

    [Fact]
    public void Goals_are_held_against_the_best_setting_of_each_load_and_against_the_best_over_all()
    {
        var report = Report(
            Cell(0.2, "none", 100, 1.0), Cell(0.2, "fixed-8-0", 100, 1.5), Cell(0.2, "fixed-32-2", 90, 3), Cell(0.2, "adaptive", 99, 1.04),
            Cell(1.5, "none", 10, 5), Cell(1.5, "fixed-8-0", 200, 4), Cell(1.5, "fixed-32-2", 400, 5), Cell(1.5, "adaptive", 380, 4));

        report.BestFixed("digits-cnn", "Poisson", 0.2)!.Setting.ShouldBe("fixed-8-0");
        report.ToMarkdown().ShouldContain("Note: \\* is late.");
        report.Goals.Select(g => (g.Found, g.Holds)).ShouldBe(
        [
            ("0.990 of fixed-8-0's", true),
            ("0.950 of fixed-32-2's", false),
            ("0.978 of fixed-32-2's (479.0 against 490.0 a second)", false),
            ("1.040", true),
            ("1.000", true),
            ("2.40 times", false),
        ]);
    }

    [Fact]
    public void What_cannot_be_compared_is_no_goal() =>
        Report(Cell(0.2, "none", 100, 1), Cell(0.2, "adaptive", 100, 1)).Goals.Select(g => g.Found).ShouldBe(["1.000", "2.40 times"]);

    [Fact]
    public void The_report_has_a_table_a_load_and_tells_what_was_missed()
    {
        var report = Report(
            Cell(0.2, "none", 100, 1), Cell(0.2, "fixed-8-0", 98, 1.5), Cell(0.2, "adaptive", 100, 1) with { RefusedPerSecond = 2, OfferedPerSecond = 103, KeptSchedule = false });

        report.ToMarkdown().Split('\n').ShouldSatisfyAllConditions(
            lines => lines.ShouldContain("| digits-cnn | Poisson, load 0.2: goodput at least 0.98 of the best fixed setting's | 1.020 of fixed-8-0's | reached |"),
            lines => lines.ShouldContain("| digits-cnn | throughput at saturation at least 2.5 times none's | 2.40 times | **missed** |"),
            lines => lines.ShouldContain("Without batches: 1000 requests a second, median 2.00 ms; objective 6.00 ms."),
            lines => lines.ShouldContain("### digits-cnn, Poisson, load 0.2"),
            lines => lines.ShouldContain("adaptive / best fixed (fixed-8-0): 1.020"),
            lines => lines.ShouldContain("| adaptive \\* | 103 | 100 | 1.00 | 10.00 | 2 | 1 |  |"));
        JsonSerializer.Serialize(report).ShouldContain("\"GoodPerSecond\":98");
        var figure = BatchingPage.Figures(report).ShouldHaveSingleItem();
        figure["kind"]!.GetValue<string>().ShouldBe("batching");
        figure["policies"]!.AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public void Rounds_of_a_cell_become_one()
    {
        var one = BatchingCell.Of([Cell(1, "none", 100, 1), Cell(1, "none", 200, 3) with { P50Ms = null }, Cell(1, "none", 300, 2) with { KeptSchedule = false }]);

        one.GoodPerSecond.ShouldBe(200);
        one.GoodError!.Value.ShouldBe(100 / Math.Sqrt(3), 1e-9, "the rounds' standard deviation is 100");
        one.P50Ms.ShouldBe(2);
        one.KeptSchedule.ShouldBeFalse();
    }

    [Fact]
    public void How_much_rounds_differ_is_told_of_goodput_and_of_the_ratios_that_are_aims()
    {
        var report = Report(Cell(0.2, "fixed-8-0", 100, 1) with { GoodError = 3 }, Cell(0.2, "adaptive", 100, 1) with { GoodError = 4 });

        report.Goals[0].Found.ShouldBe("1.000 ± 0.050 of fixed-8-0's");
        report.ToMarkdown().ShouldContain("| adaptive | 200 | 100 ± 4 |");
    }

    [Fact]
    public void Rounds_of_a_saturation_become_one()
    {
        Saturation.Of([new(1000, 500, 100, 50), new(2000, 300, 200, 150)]).ShouldBe(new Saturation(1500, 400, 150, 100));
        Saturation.Of([new(1000), new(2000)]).ShouldBe(new Saturation(1500));
    }

    [Fact]
    public void Bursts_are_measured_for_whole_periods_with_their_warm_up()
    {
        var (poisson, bursts) = (ArrivalKind.All[0], ArrivalKind.All[1]);

        poisson.Measured(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)).ShouldBe(TimeSpan.FromSeconds(3));
        bursts.Measured(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)).ShouldBe(TimeSpan.FromSeconds(8));
        bursts.Measured(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8)).ShouldBe(TimeSpan.FromSeconds(8));
        bursts.Measured(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9)).ShouldBe(TimeSpan.FromSeconds(18));
    }

    [Fact]
    public void Fixed_is_nine_settings_and_one_can_be_named()
    {
        PolicySetting.Parse("fixed").Select(s => s.Name).ShouldBe(
            ["fixed-8-0", "fixed-8-2", "fixed-8-10", "fixed-32-0", "fixed-32-2", "fixed-32-10", "fixed-128-0", "fixed-128-2", "fixed-128-10"]);
        PolicySetting.Parse("fixed-16-5").ShouldHaveSingleItem().Arguments.ShouldBe(["--Batching:Policy=fixed", "--Batching:FixedItems=16", "--Batching:FixedTimeoutMs=5"]);
        PolicySetting.Parse("adaptive").ShouldHaveSingleItem().Arguments.ShouldBe(["--Batching:Policy=adaptive"]);
        PolicySetting.Parse("fixed-0-5").ShouldBeEmpty();
        PolicySetting.Parse("fixed-few").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--loads", "0.2,much")]
    [InlineData("--loads", "0")]
    [InlineData("--arrivals", "poisson,never")]
    [InlineData("--policies", "best")]
    [InlineData("--policies", ",")]
    [InlineData("--seconds", "0")]
    [InlineData("--warm-up", "-1")]
    [InlineData("--selector-warm-up", "0")]
    [InlineData("--rounds", "0")]
    [InlineData("--secs", "1")]
    public void A_wrong_option_is_an_error_that_names_it(string option, string value) =>
        BatchingCommand.Create().Parse([option, value]).Errors.ShouldContain(e => e.Message.Contains(option) || e.Message.Contains(value));

    private static BatchingReport Report(params BatchingCell[] cells) => new(
        "Title", "command", ["Note: * is late."],
        [.. new[] { "none", "fixed-8-0", "fixed-32-2", "adaptive" }.SelectMany(PolicySetting.Parse)],
        [new BatchingServer("digits-cnn", 1000, 2, 6, new Dictionary<string, Saturation> { ["none"] = new(1000, 500, 100, 50), ["adaptive"] = new(2400, 200, 100, 50) })],
        cells);

    private static BatchingCell Cell(double load, string setting, double good, double p50) =>
        new("digits-cnn", "Poisson", load, setting, 1000 * load, good, 0, p50, 10 * p50);
}
