using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests.Experiments;

public sealed class ScalingTests
{
    private static readonly string[] Small =
        ["experiment", "scaling", "--traces", "spike", "--models", "detector", "--policies", "slo,hpa,fixed", "--seeds", "21-22"];

    [Fact]
    public async Task The_experiment_writes_its_tables_and_a_page_with_its_figures()
    {
        await using var line = CommandLine.WithoutPlatform();
        line.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
        var hasNode = line.Environment["PATH"].Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")));

        var result = await line.RunAsync([.. Small, "--out", "out", .. hasNode ? Array.Empty<string>() : ["--no-page"]]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("6 runs: traces spike; seeds 21, 22");
        result.Out.ShouldContain("hpa");
        var directory = Path.Combine(line.CurrentDirectory, "out");
        var runs = await File.ReadAllLinesAsync(Path.Combine(directory, "results.csv"));
        runs.Length.ShouldBe(1 + 6);
        runs[0].ShouldStartWith("trace,model,policy,seed,offered,good,answered,refused,lost,attainment,replica_seconds,");
        foreach (var run in runs[1..])
        {
            var cells = run.Split(',');
            long.Parse(cells[4]).ShouldBe(long.Parse(cells[6]) + long.Parse(cells[7]) + long.Parse(cells[8]), run);
        }

        var summary = await File.ReadAllLinesAsync(Path.Combine(directory, "summary.md"));
        summary[2].ShouldBe("`mulambda experiment scaling --traces spike --models detector --policies slo,hpa,fixed --seeds 21,22`");
        summary.ShouldContain("## Aims");
        summary.ShouldContain("## spike");
        summary.ShouldNotContain(text => text.Contains("NaN"));
        if (hasNode)
        {
            var page = await File.ReadAllTextAsync(Path.Combine(directory, "index.html"));
            page.ShouldContain("id=\"course-spike-detector\"");
            page.ShouldContain("id=\"tradeoff\"");
            page.ShouldNotContain("#0a0b");
        }
    }

    [Fact]
    public async Task Concurrency_is_tuned_by_hand_where_it_is_compared()
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(
            "experiment", "scaling", "--traces", "spike", "--models", "detector", "--policies", "slo,concurrency", "--seeds", "21", "--no-page", "--out", "out");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("7 runs: traces spike; seeds 21");
        var directory = Path.Combine(line.CurrentDirectory, "out");
        var runs = await File.ReadAllLinesAsync(Path.Combine(directory, "results.csv"));
        runs.Skip(1).Select(run => run.Split(',')[2]).ShouldBe(
            ["slo", "concurrency", "concurrency-1", "concurrency-2", "concurrency-5", "concurrency-10", "concurrency-20"]);
        runs[1..].Select(run => run.Split(',')[4]).Distinct().ShouldHaveSingleItem("all meet the same requests");
        var summary = await File.ReadAllTextAsync(Path.Combine(directory, "summary.md"));
        summary.ShouldContain("| for information | replica-seconds of slo against concurrency with the target tuned by hand for each trace and model |");
        summary.ShouldContain("| concurrency, tuned (");
        summary.ShouldContain("| concurrency, by model (");
    }

    [Fact]
    public async Task As_json_it_says_the_figures_and_the_aims_and_the_same_ones_again()
    {
        await using var line = CommandLine.WithoutPlatform();

        var first = await line.RunAsync([.. Small, "--no-page", "--out", "out", "--json", "--parallel", "1"]);
        var again = await line.RunAsync([.. Small, "--no-page", "--out", "out", "--json", "--parallel", "3"]);

        first.ExitCode.ShouldBe(0, first.Error);
        first.Error.ShouldBeEmpty();
        again.Out.ShouldBe(first.Out);
        first.Json.GetProperty("rows").GetArrayLength().ShouldBe(3);
        first.Json.GetProperty("rows")[0].GetProperty("replicaSeconds").GetDouble().ShouldBeGreaterThan(0);
        first.Json.GetProperty("aims").GetArrayLength().ShouldBeGreaterThan(2);
    }

    [Theory]
    [InlineData("--traces", "nowhere", "--traces: there is no 'nowhere'; there are steady, ramp, spike, diurnal, on-off, production")]
    [InlineData("--policies", "best", "--policies: there is no 'best'")]
    [InlineData("--models", "large", "--models: there is no 'large'")]
    [InlineData("--seeds", "x", "--seeds: 'x' is no whole number")]
    [InlineData("--parallel", "0", "--parallel has to be a whole number from 1 to 1024, not '0'")]
    public async Task A_bad_value_is_an_error_that_names_the_option(string option, string value, string error)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync("experiment", "scaling", option, value, "--out", "out");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(error);
        Directory.Exists(Path.Combine(line.CurrentDirectory, "out")).ShouldBeFalse();
    }
}
