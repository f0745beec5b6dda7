using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests.Experiments;

public sealed class CoordinatesTests
{
    [Fact]
    public async Task The_experiment_writes_its_tables_and_takes_matrices_of_the_users_own()
    {
        await using var line = CommandLine.WithoutPlatform();
        var random = new Random(1);
        var hosts = Enumerable.Range(0, 20).Select(_ => (X: random.NextDouble(), Y: random.NextDouble())).ToList();
        await File.WriteAllLinesAsync(
            Path.Combine(line.CurrentDirectory, "own.txt"),
            hosts.Select(a => string.Join('\t', hosts.Select(b => FormattableString.Invariant($"{0.1 * (Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y))}")))));

        var result = await line.RunAsync(
            "experiment", "coordinates", "--hosts", "100", "--rounds", "2", "--scale", "100", "--matrix", "own=own.txt:s", "--out", "out");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain("own: churn");
        var directory = Path.Combine(line.CurrentDirectory, "out");
        var accuracy = await File.ReadAllLinesAsync(Path.Combine(directory, "accuracy.csv"));
        accuracy[0].ShouldBe("matrix,nodes,variant,dimensions,peers,round,pairs,p25,median,p75,p90,p95,median_ms");
        accuracy.ShouldContain(row => row.StartsWith("synthetic,100,default,4,32,2,", StringComparison.Ordinal));
        accuracy.ShouldContain(row => row.StartsWith("own,20,plain Vivaldi,4,32,1,", StringComparison.Ordinal));
        (await File.ReadAllLinesAsync(Path.Combine(directory, "networks.csv")))[3].ShouldStartWith("own,20,");
        (await File.ReadAllLinesAsync(Path.Combine(directory, "clients.csv"))).Length.ShouldBe(1 + (3 * 7));
        (await File.ReadAllTextAsync(Path.Combine(directory, "dynamics.csv"))).ShouldContain("synthetic,routes,0.2,0,");
        var summary = await File.ReadAllTextAsync(Path.Combine(directory, "summary.md"));
        summary.ShouldContain("## 100 executors, 100 clients");
        summary.ShouldNotContain("NaN");
        result.Out.Trim().ShouldBe(Path.Combine(directory, "summary.md"));
    }

    [Theory]
    [InlineData("--matrix", "planetlab", "--matrix has to be NAME=FILE or NAME=FILE:s, not 'planetlab'")]
    [InlineData("--matrix", "a=nowhere.txt", "nowhere.txt")]
    [InlineData("--hosts", "10", "--hosts has to be a whole number from 100 to 5000, not '10'")]
    [InlineData("--scale", "5", "--scale has to be 0, or a whole number from 100 to 100000, not '5'")]
    public async Task A_bad_value_is_an_error_that_names_the_option(string option, string value, string error)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync("experiment", "coordinates", option, value, "--out", "out");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(error);
        Directory.Exists(Path.Combine(line.CurrentDirectory, "out")).ShouldBeFalse();
    }
}
