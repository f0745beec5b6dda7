using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Cli.Experiments.Scaling;
using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests.Experiments.Live;

public sealed class LiveScalingReportTests
{
    private static readonly DateTimeOffset Begin = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    // From zero at 5 s over one and three replicas to zero at 20 s.
    private static readonly LiveScalingResult Result = new(
        new LiveScalingPlan("slo", LiveScalingPlan.DefaultSeconds, LiveScalingPlan.DefaultSeed),
        Begin,
        [
            new(5.1, 900, null), new(6.5, 250, null), new(6.6, 301, null), new(7, 300, null),
            new(7.1, 40, null), new(7.2, 40, null), new(8, 12, "http 503"), new(8.1, 60_000, "timeout"),
        ],
        [
            new(0, 0, 0, 0, 0, 0), new(5.2, 1, 1, 0, 0, 0), new(6, 1, 0, 1, 0, 1), new(7, 3, 2, 1, 0, 1), new(8, 3, 0, 3, 0, 3),
            new(10, 1, 0, 1, 2, 1), new(12, 1, 0, 1, 0, 1), new(20, 0, 0, 0, 0, 0),
        ],
        [
            Decision(1, 5.15, 0, 0, 1, "A request waits."), Decision(2, 6.9, 1, 0, 3, "More are needed."),
            Decision(3, 9.9, 3, 0, 1, "One is enough."), Decision(4, 19, 1, 0, 0, "There is no request."),
        ],
        [new("scaled-1", 5.15, 800, "pending 0, ready 800"), new("scaled-2", 6.9, null, "pending 0")],
        KeptSchedule: true);

    [Fact]
    public void Figures_are_of_all_requests_by_when_they_were_due()
    {
        (Result.Good, Result.Late, Result.Refused, Result.Lost).ShouldBe((4, 2, 1, 1));
        Result.Attainment.ShouldBe(0.5);
        Result.WaitedCold.ShouldBe(1, "the one that was due before a replica served");
        Result.WarmAttainment.ShouldBe(4.0 / 7, 1e-9);
    }

    [Fact]
    public void Replicas_count_from_their_launch_to_their_end()
    {
        Result.ReplicaSeconds.ShouldBe((0.8 * 1) + (1 * 1) + (1 * 3) + (2 * 3) + (2 * 3) + (8 * 1), 1e-9);
        Result.MostReady.ShouldBe(3);
        Result.ZeroAtSeconds.ShouldBe(20);
        (Result with { Samples = [.. Result.Samples.SkipLast(1)] }).ZeroAtSeconds.ShouldBeNull();
    }

    [Fact]
    public void A_change_of_direction_is_a_decision_that_goes_the_other_way_than_the_one_before()
    {
        Result.StartsFromZero.ShouldBe(1);
        Result.Actions.ShouldBe(4);
        Result.DirectionChanges.ShouldBe(1);
        var flapping = Result.Decisions.Append(Decision(5, 20, 0, 0, 1, "Again.")).Append(Decision(6, 21, 0, 1, 1, "Still.")).ToList();
        (Result with { Decisions = flapping }).DirectionChanges.ShouldBe(2);
    }

    [Fact]
    public void Bins_hold_the_requests_due_in_them_and_the_replicas_at_their_end()
    {
        var bins = Result.Bins(1);

        bins.Count.ShouldBe(21);
        bins.Sum(bin => bin.Offered).ShouldBe(8);
        bins.ShouldAllBe(bin => bin.Offered == bin.Good + bin.Late + bin.Failed);
        bins[5].ShouldBe(new LiveScalingBin(5, 1, 0, 1, 0, 900, 1, 0, 1, 0));
        bins[8].ShouldBe(new LiveScalingBin(8, 2, 0, 0, 2, 0, 3, 0, 3, 0));
    }

    [Fact]
    public async Task The_report_begins_with_its_command_and_tells_every_decision_with_its_reason()
    {
        await using var line = CommandLine.WithoutPlatform();

        await LiveScalingReport.WriteAsync(Result, line.CurrentDirectory, CancellationToken.None);

        var summary = await File.ReadAllLinesAsync(Path.Combine(line.CurrentDirectory, "summary.md"));
        summary[2].ShouldBe("`mulambda experiment scaling-live`");
        summary.ShouldContain("| answered within the objective | 4 (50.00 %); of those due while a replica served, 57.14 % |");
        summary.ShouldContain("| lost | 1 |");
        summary.ShouldContain("| cold starts | 1 from zero, met by 1 of the requests; 2 launches in all |");
        summary.ShouldContain("| 6.9 | 1 | 0 | 3 | More are needed. |");
        summary.ShouldContain("| 5.2 | scaled-1 | 800 ms | pending 0, ready 800 |");
        summary.ShouldContain("| 6.9 | scaled-2 | never | pending 0 |");
        summary.ShouldNotContain(text => text.Contains("NaN"));
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(line.CurrentDirectory, "result.json")));
        json.RootElement.GetProperty("attainment").GetDouble().ShouldBe(0.5);
        json.RootElement.GetProperty("failures").GetProperty("timeout").GetInt32().ShouldBe(1);
        json.RootElement.GetProperty("course").GetArrayLength().ShouldBe(81);
        json.RootElement.GetProperty("decisions")[1].GetProperty("reason").GetString().ShouldBe("More are needed.");
    }

    [Fact]
    public void The_command_says_what_is_not_the_default()
    {
        new LiveScalingPlan("hpa", 30, 7).Command.ShouldBe("mulambda experiment scaling-live --policy hpa --seconds 30 --seed 7");
        var half = new LiveScalingPlan("slo", LiveScalingPlan.DefaultSeconds / 2, 1).Arrivals;
        half.PerSecond(34_000).ShouldBe(half.PeakPerSecond);
        half.PerSecond(45_001).ShouldBe(0);
    }

    [Theory]
    [InlineData("--policy", "best", "--policy: there is no 'best'; there are slo, concurrency, hpa, reactive-latency.")]
    [InlineData("--policy", "fixed", "--policy: there is no 'fixed'")]
    [InlineData("--seconds", "1", "--seconds has to be from 5 to 3600 seconds, not '1'")]
    [InlineData("--seed", "-1", "--seed has to be a whole number from 0, not '-1'")]
    public async Task A_bad_value_is_an_error_before_anything_starts(string option, string value, string error)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync("experiment", "scaling-live", option, value, "--out", "out");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(error);
        Directory.EnumerateFileSystemEntries(line.CurrentDirectory).ShouldBeEmpty();
    }

    private static ScalingDecision Decision(long sequence, double second, int ready, int starting, int desired, string reason) => new(
        LiveScalingModel.Name, sequence, Begin.AddSeconds(second), ready, starting, desired, "slo", reason, new Dictionary<string, double>());
}
