using MuLambda.Cli.Tests.Platform;
using MuLambda.Scaling;

namespace MuLambda.Cli.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("models")]
    [InlineData("models push")]
    [InlineData("models list")]
    [InlineData("models show")]
    [InlineData("models delete")]
    [InlineData("models import-tfjs")]
    [InlineData("executors")]
    [InlineData("executors list")]
    [InlineData("executors launch")]
    [InlineData("deployments")]
    [InlineData("deployments list")]
    [InlineData("deployments show")]
    [InlineData("deployments explain")]
    [InlineData("deployments delete")]
    [InlineData("selectors")]
    [InlineData("selectors list")]
    [InlineData("clients")]
    [InlineData("clients apply")]
    [InlineData("clients list")]
    [InlineData("clients delete")]
    [InlineData("slo")]
    [InlineData("select")]
    [InlineData("infer")]
    [InlineData("feedback")]
    [InlineData("load")]
    [InlineData("experiment")]
    [InlineData("experiment paper")]
    [InlineData("experiment scaling")]
    [InlineData("experiment scaling-live")]
    public async Task Every_command_explains_itself_with_examples_that_name_it(string command)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
        var examples = result.Out[result.Out.IndexOf("Examples:", StringComparison.Ordinal)..];
        examples.ShouldContain($"mulambda {command}".Trim());
        result.Out.ShouldContain("--json");
    }

    [Fact]
    public async Task Exit_codes_and_the_sources_of_addresses_are_documented()
    {
        await using var line = CommandLine.WithoutPlatform();

        var help = (await line.RunAsync("--help")).Out;

        help.ShouldContain("Exit codes:");
        foreach (var code in new[] { "0 ", "1 ", "2 ", "3 ", "4 ", "130" })
        {
            help.ShouldContain($"\n  {code}");
        }

        help.ShouldContain("MULAMBDA_REGISTRY");
        help.ShouldContain(".mulambda/endpoints.json");
    }

    [Fact]
    public async Task Every_option_of_every_scaling_policy_is_documented_where_it_is_set()
    {
        await using var line = CommandLine.WithoutPlatform();

        var help = (await line.RunAsync("executors", "launch", "--help")).Out;

        var lines = help.Split('\n');
        foreach (var policy in ScalingPolicies.Names)
        {
            lines.ShouldContain($"  {policy}");
            foreach (var option in ScalingPolicies.OptionsOf(policy))
            {
                lines.ShouldContain(line => line.StartsWith($"    {option.Name}  {option.Help} [from "));
            }
        }

        lines.ShouldContain("    replicas  How many replicas there are, within the deployment's min and max. [from 0 to 10000, default: 1]");
    }

    [Theory]
    [InlineData("")]
    [InlineData("models")]
    [InlineData("nonsense")]
    [InlineData("infer --client")]
    [InlineData("models list --json --task")]
    public async Task A_wrong_command_ends_in_2_and_points_to_the_help(string command)
    {
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        result.ExitCode.ShouldBe(2);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("--help");
    }

    [Fact]
    public async Task Nothing_is_coloured_where_nobody_watches()
    {
        await using var line = await CommandLine.StartAsync();
        await line.RunAsync("clients", "apply", "one", "--task", "[red]t[/]", "--input", "i", "--output", "o");

        var list = await line.RunAsync("clients", "list");
        var error = await line.RunAsync("clients", "delete", "two");

        list.Out.ShouldNotContain('\e');
        error.Error.ShouldNotContain('\e');
    }
}
