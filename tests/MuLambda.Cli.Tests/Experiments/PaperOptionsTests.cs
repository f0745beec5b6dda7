using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests.Experiments;

public sealed class PaperOptionsTests
{
    private static readonly string[] Small = ["--schedule", "hyperlocal", "--usecase", "scp", "--network", "zero", "--requests", "2", "--table", "--no-dynamics", "--no-page", "--out", "out"];

    [Theory]
    [InlineData("--schedule", "parity,nowhere", "--schedule: there is no 'nowhere'; there are parity, hyperlocal, logical, arbitrary")]
    [InlineData("--usecase", "xyz", "--usecase: there is no 'xyz'; there are scp, mda, psa, env")]
    [InlineData("--policy", "best", "--policy: there is no 'best'; there are weighted, plain-net-latency, random, round-robin, mulambda, oracle")]
    [InlineData("--network", "wan", "--network: there is no 'wan'; there are spread, zero")]
    [InlineData("--streams", "1,many", "--streams: 'many' is no whole number from 1 to 1000; the evaluation has 1, 2, 3, 5, 8, 13, 21, 34, 55, 89")]
    [InlineData("--streams", "0", "--streams: '0' is no whole number from 1 to 1000")]
    [InlineData("--streams", "8-3", "--streams: '8-3' is no range")]
    [InlineData("--streams", "90-100", "--streams: '90-100' has none of 1, 2, 3, 5, 8, 13, 21, 34, 55, 89")]
    [InlineData("--size", "10,", "--size: '10,' has an empty part")]
    [InlineData("--seeds", "-1", "--seeds: '-1' is no whole number from 0")]
    [InlineData("--seeds", "1-5000", "--seeds: '1-5000' is no range; it goes from a number to a larger one and has at most 1000 numbers")]
    [InlineData("--requests", "0", "--requests has to be a whole number from 1 to 1000000, not '0'")]
    [InlineData("--parallel", "0", "--parallel has to be a whole number from 1 to 1024, not '0'")]
    public async Task A_bad_value_is_an_error_that_names_the_option_and_what_there_is(string option, string value, string error)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync("experiment", "paper", option, value, "--out", "out");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(error);
        Directory.Exists(Path.Combine(line.CurrentDirectory, "out")).ShouldBeFalse();
    }

    [Fact]
    public async Task Lists_and_ranges_pick_the_cells()
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(
            ["experiment", "paper", .. Small, "--streams", "2-5,7", "--size", "10", "--policy", "random", "--policy", "weighted", "--seeds", "3-4"]);

        result.ExitCode.ShouldBe(0, result.Error);
        var rows = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        rows[0].ShouldMatch("^SCHEDULE +USECASE +STREAMS +SIZE +NETWORK +WEIGHTED +RANDOM *$");
        rows[1..5].Select(row => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..5]))
            .ShouldBe(["hyperlocal scp 2 10 zero", "hyperlocal scp 3 10 zero", "hyperlocal scp 5 10 zero", "hyperlocal scp 7 10 zero"]);
        result.Error.ShouldContain($"{4 * 2 * 2} of {4 * 2 * 2} runs to do, {17 * 2 * 2 * 2} requests");
    }
}
