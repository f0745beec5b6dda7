using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class SelectorsTests
{
    [Fact]
    public async Task Selectors_are_listed()
    {
        await using var line = await CommandLine.StartAsync();
        line.Platform.Selectors.Add(new("edge-7-0badcafe", "edge-1", 10));
        line.Platform.Selectors.Add(new("somewhere"));

        var text = await line.RunAsync("selectors", "list");
        var json = await line.RunAsync("selectors", "list", "--json");

        var rows = text.Out.Split('\n')
            .Select(row => row.Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        rows[1].ShouldBe(["edge-7-0badcafe", "edge-1", "10"]);
        rows[2].ShouldBe(["somewhere", "15"]);
        json.Json[0].GetProperty("id").GetString().ShouldBe("edge-7-0badcafe");
        json.Json[0].GetProperty("leaseSeconds").GetDouble().ShouldBe(10);
        json.Json[1].TryGetProperty("node", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_registry_the_list_fails_and_says_so()
    {
        await using var line = await CommandLine.StartAsync();
        line.Environment["MULAMBDA_REGISTRY"] = "http://127.0.0.1:9";

        var result = await line.RunAsync("selectors", "list");

        result.ExitCode.ShouldBe(4);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("127.0.0.1:9");
    }
}
