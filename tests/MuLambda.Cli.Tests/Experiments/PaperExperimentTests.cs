using System.Text.RegularExpressions;
using MuLambda.Cli.Experiments;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Tests.Experiments;

public sealed partial class PaperExperimentTests
{
    private static readonly string[] Small =
    [
        "experiment", "paper", "--schedule", "parity,hyperlocal", "--usecase", "env,scp", "--streams", "1,5", "--size", "10", "--network", "spread",
        "--seeds", "1-2", "--requests", "20",
    ];

    [Fact]
    public async Task What_is_interrupted_goes_on_from_there_and_ends_in_the_same_bytes()
    {
        var root = Directory.CreateTempSubdirectory("mulambda-paper-").FullName;
        var plan = new PaperPlan(
            PaperGrid.Published with { Schedules = [PaperSchedules.Published[0]], Streams = [2, 3], Sizes = [10] }, ["random", "mulambda"], [1, 2], 10);
        var stamps = plan.Policies.ToDictionary(policy => policy, _ => "now");
        using var interrupt = new CancellationTokenSource();
        var broken = new Counted(() => interrupt.Cancel(), after: 7);
        using (var store = RunStore.Open(Path.Combine(root, "broken"), fresh: false))
        {
            Should.Throw<OperationCanceledException>(() => new PaperRunner(store, 2).Run(plan, stamps, broken, interrupt.Token));
        }

        var resumed = new Counted();
        var whole = new Counted();
        var csv = new List<string>();
        foreach (var (directory, parallel, progress) in new[] { ("broken", 1, resumed), ("whole", 3, whole) })
        {
            using var store = RunStore.Open(Path.Combine(root, directory), fresh: false);
            var results = new PaperResults(plan, new PaperRunner(store, parallel).Run(plan, stamps, progress, default), null);
            await PaperReport.WriteTablesAsync(results, Path.Combine(root, directory), default);
            csv.Add(Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(root, directory, "results.csv")))
                + Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(root, directory, "load.csv.gz"))));
        }

        broken.Finished.ShouldBeGreaterThanOrEqualTo(7);
        broken.Finished.ShouldBeLessThan(whole.Finished);
        resumed.Finished.ShouldBe(whole.Finished - broken.Finished);
        csv[0].ShouldBe(csv[1]);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task A_finished_run_is_not_run_again_unless_asked_to()
    {
        await using var line = CommandLine.WithoutPlatform();
        string[] arguments = [.. Small, "--policy", "random", "--no-dynamics", "--no-page", "--out", "out"];

        var first = await line.RunAsync([.. arguments.Select(argument => argument == "1,5" ? "5" : argument)]);
        var more = await line.RunAsync(arguments);
        var again = await line.RunAsync(arguments);
        var fresh = await line.RunAsync([.. arguments, "--fresh"]);

        first.Error.ShouldContain("8 of 8 runs to do");
        more.Error.ShouldContain("8 of 16 runs to do");
        again.Error.ShouldContain("0 of 16 runs to do, 0 requests");
        fresh.Error.ShouldContain("16 of 16 runs to do");
    }

    [Fact]
    public async Task A_small_grid_ends_in_tables_a_summary_and_a_page_with_its_figures()
    {
        await using var line = CommandLine.WithoutPlatform();
        line.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
        line.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "";
        var hasNode = line.Environment["PATH"].Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")));

        var result = await line.RunAsync([.. Small.Select(argument => argument == "parity,hyperlocal" ? "parity" : argument), "--policy", "random,mulambda", "--out", "out", .. hasNode ? Array.Empty<string>() : ["--no-page"]]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldMatch("mulambda +0\\.[0-9]{4}");
        var rows = File.ReadAllLines(Path.Combine(line.CurrentDirectory, "out", "results.csv"));
        rows.Length.ShouldBe(1 + (2 * 2 * 2));
        rows.Select(row => row.Split(',').Length).Distinct().ShouldBe([19]);
        rows[1].ShouldStartWith("parity,scp,1,10,spread,random,2,40,0,");
        var summary = File.ReadAllText(Path.Combine(line.CurrentDirectory, "out", "summary.md"));
        summary.ShouldContain("`mulambda experiment paper --schedule parity --usecase scp,env --policy random,mulambda --streams 1,5 --size 10 --network spread --seeds 1,2 --requests 20`");
        summary.ShouldContain("| scp: mean round trip below all published policies, in every cell with five or more streams |");
        summary.ShouldContain("| an executor that ends fails no request |");
        if (hasNode)
        {
            CheckPage(File.ReadAllText(Path.Combine(line.CurrentDirectory, "out", "index.html")));
        }
    }

    [Fact]
    public async Task Without_Node_the_tables_are_written_and_the_error_says_what_is_missing()
    {
        await using var line = CommandLine.WithoutPlatform();
        line.Environment["PATH"] = line.CurrentDirectory;
        line.Environment["XDG_CACHE_HOME"] = Path.Combine(line.CurrentDirectory, "cache");

        var result = await line.RunAsync([.. Small, "--policy", "random", "--no-dynamics", "--out", "out"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("npm, which fetches the program that draws the figures, was not found on the PATH");
        Directory.EnumerateFiles(Path.Combine(line.CurrentDirectory, "out")).Select(Path.GetFileName).Order()
            .ShouldBe(["finished-runs.bin", "load.csv.gz", "results.csv", "summary.md"]);
    }

    [Fact]
    public async Task Programs_get_averages_goals_and_files_as_JSON()
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync([.. Small, "--policy", "weighted,mulambda", "--no-dynamics", "--no-page", "--out", "out", "--json"]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldBeEmpty();
        result.Json.GetProperty("cells").GetInt32().ShouldBe(8);
        result.Json.GetProperty("requests").GetInt64().ShouldBe((1 + 5) * 20 * 2 * 2 * 4);
        result.Json.GetProperty("averages").EnumerateArray().Select(average => average.GetProperty("policy").GetString()).ShouldBe(["weighted", "mulambda"]);
        result.Json.GetProperty("goals")[0].GetProperty("checked").GetInt32().ShouldBe(8);
        result.Json.GetProperty("files").GetArrayLength().ShouldBe(3);
    }

    private static void CheckPage(string page)
    {
        var figures = Figures().Matches(page).Select(figure => figure.Groups[1].Value).ToArray();
        string[] cells = ["parity-scp", "parity-env"];

        figures.ShouldBe(
            [
                "margins", .. cells.Select(cell => $"scaling-{cell}"), "slowdown-5", "slowdown-13", "slowdown-34", "kill-5",
                .. cells.SelectMany(cell => new[] { $"distribution-{cell}-5", $"series-{cell}-5", $"load-{cell}-5" }),
            ]);
        page.ShouldContain("stroke=\"var(--mulambda)\"");
        page.ShouldContain("<text");
        page.ShouldNotContain("#0a0b");
        page.ShouldNotContain("NaN", Case.Sensitive);
        page.ShouldNotContain("<script");
        page.ShouldNotContain("href=\"http");
        foreach (Match link in Links().Matches(page))
        {
            page.ShouldContain($"id=\"{link.Groups[1].Value}\"");
        }
    }

    [GeneratedRegex("<figure id=\"([^\"]+)\"><h4>[^<]+</h4>\n<svg[^>]+viewBox")]
    private static partial Regex Figures();

    [GeneratedRegex("href=\"#([^\"]+)\"")]
    private static partial Regex Links();

    private sealed class Counted(Action? act = null, int after = 0) : IRunProgress
    {
        private int _finished;

        public int Finished => _finished;

        public void Begin(string what, long amount)
        {
        }

        void IRunProgress.Finished(long amount)
        {
            if (Interlocked.Increment(ref _finished) == after)
            {
                act?.Invoke();
            }
        }
    }
}
