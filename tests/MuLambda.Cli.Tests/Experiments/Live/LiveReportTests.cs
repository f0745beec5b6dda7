using MuLambda.Cli.Experiments;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Tests.Experiments.Live;

public sealed class LiveReportTests
{
    private static readonly PaperCell Cell = LiveOptions.Defaults.Grid.Cells.First(cell => cell.UseCase.Name == "psa" && cell.Streams == 1);

    [Fact]
    public void Figures_are_of_the_answered_requests_and_what_failed_is_worth_nothing()
    {
        var requests = Enumerable.Range(1, 100).Select(i => new LiveRequest(0, i - 1, 0, i, "node0-fastbad", 0.5))
            .Append(new LiveRequest(0, 100, 0, 5000, null, double.NaN, "gone")).ToList();

        var figures = LiveFigures.Of(Cell, 101, requests);

        (figures.Requests, figures.Failed).ShouldBe((101, 1));
        figures.MeanMs.ShouldBe(50.5, 1e-9);
        figures.MedianMs.ShouldBe(50, 1.5);
        figures.P95Ms.ShouldBe(95, 1.5);
        figures.Confidence.ShouldBe(0.5, 1e-9);
        var worth = Enumerable.Range(1, 100).Sum(i => RealisedUtility.Of(Cell.UseCase.Phases[0], i, 0.5, Cell.Schedule.BestExpectedConfidence));
        figures.Utility.ShouldBe(worth / 101, 1e-9);
    }

    [Fact]
    public async Task The_report_says_how_far_apart_the_two_are()
    {
        var plan = LivePlan.Of(LiveOptions.Defaults with { Seeds = [1, 2], Requests = 5 }, TimeSpan.FromHours(1), CancellationToken.None);
        LiveComparison[] comparisons =
        [
            new(Cell, "weighted", new LiveFigures(100, 0, 110, 90, 200, 0.5, 0.7), new LiveFigures(1000, 0, 100, 100, 250, 0.5, 0.71), 4) { DistancesMs = [11.5, 31] },
            new(Cell, "mulambda", new LiveFigures(100, 2, 150, 90, 200, 0.5, 0.7), new LiveFigures(1000, 0, 100, 100, 250, 0.5, 0.71), 4),
        ];
        await using var line = CommandLine.WithoutPlatform();

        await LiveReport.WriteAsync(line.CurrentDirectory, plan, comparisons, CancellationToken.None);

        comparisons.Select(one => one.IsWithinTolerance).ShouldBe([true, false]);
        LiveReport.Summary(comparisons).ShouldBe(
            "1 of 2 means within 15 % of the simulator's; the mean of the absolute differences is 30.0 %.");
        var page = await File.ReadAllTextAsync(Path.Combine(line.CurrentDirectory, "live.md"));
        page.ShouldContain("| weighted | 100.0 ± 4.0 | 110.0 | +10.0 % | 90.0 | 100.0 | 200.0 | 250.0 | 0.500 | 0.500 | 0.700 | 0.710 | 0 |");
        page.ShouldContain(plan.Command);
        page.ShouldContain(", weighted: node0 11.5 ms, node1 31.0 ms");
        var rows = await File.ReadAllLinesAsync(Path.Combine(line.CurrentDirectory, "live.csv"));
        rows.Length.ShouldBe(3);
        rows.Select(row => row.Split(',').Length).Distinct().ShouldHaveSingleItem();
        rows[2].ShouldBe("parity,psa,1,10,spread,mulambda,100,2,100,4,150,0.5,90,100,-0.1,200,250,-0.2,0.5,0.5,0.7,0.71");
    }

    [Theory]
    [InlineData("oracle knows what no process can know", "--policy", "oracle")]
    [InlineData("would take about", "--requests", "100000")]
    [InlineData("--live-limit has to be above 0", "--live-limit", "0")]
    [InlineData("there is no 'nowhere'", "--schedule", "nowhere")]
    public async Task A_wrong_subset_is_refused_before_anything_starts(string error, params string[] args)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(["experiment", "paper", "--live", "--seeds", "1", .. args]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(error);
        Directory.EnumerateFileSystemEntries(line.CurrentDirectory).ShouldBeEmpty();
    }
}
