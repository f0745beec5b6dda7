using MuLambda.Cli.Tests.Platform;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class SelectTests : IAsyncLifetime
{
    private CommandLine _line = null!;

    public async Task InitializeAsync() => _line = await CommandLine.StartAsync();

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public async Task An_explanation_shows_every_candidate_with_its_estimates_and_the_reason()
    {
        var text = await _line.RunAsync("select", "--client", "digits", "--explain");

        text.ExitCode.ShouldBe(0, text.Error);
        var lines = text.Out.Split('\n').Select(line => line.TrimEnd()).ToList();
        var header = lines.FindIndex(line => line.Contains("EXECUTOR"));
        lines[header].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            ["EXECUTOR", "RTT", "WAIT", "SERVICE", "TOTAL", "+-MS", "MARGINAL", "ACCURACY", "+-", "UTILITY", "FLYING"]);
        lines[header + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            ["*", "digits-linear", "0.50", "1.50", "5.00", "7.00", "0.25", "8.50", "0.9100", "0.0200", "0.9700", "2"]);
        lines[header + 2].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            ["-", "digits-cnn", "0.50", "1.50", "5.00", "7.00", "0.25", "8.50", "0.9100", "0.0200", "2"]);
        lines.ShouldContain("digits-cnn (digits-cnn@1): Excluded: the executor is draining.");
        lines.ShouldContain("digits-large@2 (starting): It is starting: ready in about 300 ms. Not waited for.");
        lines.ShouldContain(line => line.StartsWith("request") && line.Contains("0196-1"));
    }

    [Fact]
    public async Task The_table_fits_a_terminal_of_100_columns_whatever_the_names()
    {
        var name = new string('x', 63);
        _line.Platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 404, new
            {
                status = 404,
                detail = "None is left.",
                candidates = new[]
                {
                    new
                    {
                        executor = name, node = "n", model = new { name, version = 9007199254740991 }, state = "ready", quarantined = false, inFlight = 123456,
                        observations = 1, estimate = new { rttMs = 123456.789, waitMs = 1e12, serviceMs = 99999.4, latencyMs = 1e12, accuracy = 0.123456789 },
                        marginalMs = 1e12, latencyDeviationMs = 123456.7, accuracyDeviation = 0.123456,
                        utility = -0.123456789, selected = false, excludedBy = Array.Empty<string>(), reason = "Because.",
                    },
                },
            });
            return true;
        };

        var result = await _line.RunAsync("select", "--client", "digits", "--explain");

        result.ExitCode.ShouldBe(3);
        result.Error.ShouldContain("None is left.");
        var table = result.Out.Split('\n').Where(line => line.Contains("EXECUTOR") || line.Contains('…')).ToList();
        table.Count.ShouldBe(2);
        table.ShouldAllBe(line => line.TrimEnd().Length <= 100);
        result.Out.ShouldContain($"{name} ({name}@9007199254740991): Because.");
    }

    [Fact]
    public async Task As_json_an_explanation_has_all_that_the_selector_says()
    {
        var json = (await _line.RunAsync("select", "--client", "digits", "--explain", "--json")).Json;

        json.GetProperty("decision").GetProperty("executor").GetString().ShouldBe("digits-linear");
        var candidates = json.GetProperty("candidates");
        candidates.GetArrayLength().ShouldBe(2);
        candidates[1].GetProperty("excludedBy")[0].GetString().ShouldBe("state");
        candidates[1].GetProperty("reason").GetString().ShouldBe("Excluded: the executor is draining.");
        candidates[1].GetProperty("state").GetString().ShouldBe("draining");
    }

    [Fact]
    public async Task Criteria_stand_in_place_of_a_client()
    {
        var result = await _line.RunAsync(
            "select", "--task", "classification", "--input", "image", "--output", "label", "--latency", "0.25", "--min-accuracy", "0.9", "--items", "4");

        result.ExitCode.ShouldBe(0, result.Error);
        _line.Platform.Seen.Single().Json.GetRawText().ShouldBe(
            """{"items":4,"criteria":{"required":{"task":"classification","input":"image","output":"label"},"desired":{"latency":0.25,"accuracy":0.5},"bounds":{"minAccuracy":0.9}}}""");
    }

    [Theory]
    [InlineData("select", "--client")]
    [InlineData("select --task t --input i", "--output is missing")]
    [InlineData("select --client c --task t", "--task cannot be given with --client")]
    [InlineData("select --task t --input i --output o --latency -1", "criteria")]
    [InlineData("feedback 0196-1", "--correct")]
    [InlineData("feedback --correct", "REQUEST_ID")]
    [InlineData("feedback 0196-1 --correct --wrong", "Only one of")]
    [InlineData("feedback 0196-1 --correct --score 1", "Only one of")]
    [InlineData("feedback 0196-1 --score 2", "--score has to be a number from 0 to 1")]
    [InlineData("feedback 0196-1 --latency-ms -1", "--latency-ms")]
    [InlineData("feedback 0196-1 --latency-ms 1 --requests-ahead -1", "--requests-ahead has to be a whole number from 0 to 1000000")]
    [InlineData("feedback 0196-1 --latency-ms 1 --requests-ahead 1000001", "--requests-ahead has to be a whole number from 0 to 1000000")]
    [InlineData("feedback 0196-1 --correct --requests-ahead 1", "--requests-ahead has to be given with --latency-ms")]
    [InlineData("feedback 0196-1 --failed --latency-ms 1", "--failed has to be given alone")]
    public async Task A_wrong_command_line_ends_in_2_and_sends_nothing(string command, string named)
    {
        var result = await _line.RunAsync(command.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(named);
        _line.Platform.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--correct", """{"requestId":"0196-1","correct":true}""")]
    [InlineData("--wrong --latency-ms 2.5", """{"requestId":"0196-1","correct":false,"latencyMs":2.5}""")]
    [InlineData("--latency-ms 2.5 --requests-ahead 3", """{"requestId":"0196-1","latencyMs":2.5,"requestsAhead":3}""")]
    [InlineData("--score 0.5 --confidence 0.75", """{"requestId":"0196-1","score":0.5,"confidence":0.75}""")]
    [InlineData("--failed", """{"requestId":"0196-1","failed":true}""")]
    public async Task A_feedback_is_sent_as_it_is_told(string options, string sent)
    {
        var result = await _line.RunAsync(["feedback", "0196-1", .. options.Split(' ')]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.Trim().ShouldBe("0196-1: told");
        _line.Platform.Seen.Single().Json.GetRawText().ShouldBe(sent);
    }

    [Fact]
    public async Task A_feedback_that_does_not_count_ends_with_the_reason()
    {
        var unknown = await _line.RunAsync("feedback", "unknown", "--correct");
        _line.Platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 409, new { status = 409, detail = "Known already." });
            return true;
        };
        var repeated = await _line.RunAsync("feedback", "0196-1", "--correct", "--json");

        unknown.ExitCode.ShouldBe(3);
        unknown.Error.ShouldContain("There is no such request.");
        repeated.ExitCode.ShouldBe(1);
        repeated.ErrorJson.GetProperty("detail").GetString()!.ShouldContain("nothing was changed");
    }
}
