using MuLambda.Benchmarks.Serving;

namespace MuLambda.Benchmarks.Tests;

public sealed class ServingBenchmarkTests
{
    [Fact]
    public async Task Every_target_answers_every_load_and_has_its_line_in_the_table()
    {
        var options = new ServingOptions
        {
            Models = ["digits/digits-cnn"],
            Items = [1, 3],
            Callers = [1, 4],
            Rounds = 1,
            Slice = TimeSpan.FromMilliseconds(50),
            Starts = 1,
        };

        var report = await new ServingBenchmark(options, _ => { }).RunAsync();

        report.Rows.Count.ShouldBe(10);
        foreach (var row in report.Rows)
        {
            row.ByCallers.Keys.ShouldBe([1, 4]);
            row.ByCallers.Values.ShouldAllBe(m => m.Median > 0 && m.P99 >= m.Median && m.Rate > 0);
        }

        var table = report.ToMarkdown();
        table.ShouldContain("### digits-cnn, 3 images a call");
        foreach (var target in (string[])["raw session run", "gRPC, Unix socket", "gRPC, TCP", "REST", "Node.js, REST"])
        {
            table.Split('\n').Count(line => line.StartsWith($"| {target} |", StringComparison.Ordinal)).ShouldBe(2, target);
        }

        report.Starts.ShouldHaveSingleItem().Value.ShouldHaveSingleItem().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("--model", "digits")]
    [InlineData("--callers", "0")]
    [InlineData("--images", "-1")]
    [InlineData("--rounds", "0")]
    [InlineData("--seconds", "never")]
    [InlineData("--secs", "1")]
    public void A_wrong_option_is_an_error_that_names_it(string option, string value) =>
        ServingCommand.Create().Parse([option, value]).Errors.ShouldContain(e => e.Message.Contains(option) || e.Message.Contains(value));
}
