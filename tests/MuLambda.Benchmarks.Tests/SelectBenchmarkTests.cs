using System.Net.Http.Json;
using System.Text.Json;
using MuLambda.Benchmarks.Selecting;

namespace MuLambda.Benchmarks.Tests;

public sealed class SelectBenchmarkTests
{
    [Fact]
    public async Task Both_endpoints_of_its_platform_answer_every_client_and_take_processor_time()
    {
        await using var platform = await SelectPlatform.StartAsync(new SelectOptions { Executors = 6 }, _ => { });
        using var http = new HttpClient { BaseAddress = platform.Selector };
        var before = platform.SelectorProcessorTime;
        foreach (var client in platform.Clients)
        {
            using var selected = await http.PostAsJsonAsync(new Uri("/v1/select", UriKind.Relative), new { client, items = 1 });
            using var constant = await http.PostAsJsonAsync(new Uri("/benchmark/constant", UriKind.Relative), new { client, items = 1 });

            selected.EnsureSuccessStatusCode();
            constant.EnsureSuccessStatusCode();
            var decision = await selected.Content.ReadFromJsonAsync<JsonElement>();
            decision.GetProperty("considered").GetInt32().ShouldBeInRange(3, 6);
            decision.GetProperty("estimate").GetProperty("rttSource").GetString().ShouldBe("measured");
            Math.Abs(constant.Content.Headers.ContentLength!.Value - selected.Content.Headers.ContentLength!.Value)
                .ShouldBeLessThan(120, "an answer of another size would not be compared with this one");
        }

        platform.SelectorProcessorTime.ShouldBeGreaterThan(before);
    }

    [Fact]
    public void What_wrk_reports_is_read_and_failures_are_not_passed_over()
    {
        const string Report = "Running 5s test\n\nresult {\"requests\": 1000, \"durationUs\": 500000, \"failures\": 0, \"p50Us\": 400, \"p99Us\": 3000, \"maxUs\": 9000}\n";

        Wrk.Parse(Report, "").ShouldSatisfyAllConditions(r => r.Rate.ShouldBe(2000), r => r.P99Us.ShouldBe(3000));
        Should.Throw<InvalidOperationException>(() => Wrk.Parse(Report.Replace("\"failures\": 0", "\"failures\": 3"), ""))
            .Message.ShouldContain("3 of 1000");
        Should.Throw<InvalidOperationException>(() => Wrk.Parse("Running", "unable to connect")).Message.ShouldContain("unable to connect");
    }

    [Fact]
    public void The_table_has_a_line_a_round_and_one_of_all()
    {
        var (slow, fast) = (new WrkResult(6_000, 1e6, 0, 500, 2000, 9000), new WrkResult(10_000, 1e6, 0, 300, 1000, 9000));
        var report = new SelectReport(new SelectOptions { Rounds = 2 }, [new(fast, 20), new(fast, 20)], [new(slow, 30), new(slow with { Requests = 8_000 }, 30)]);

        report.Ratio.ShouldBe(0.7);
        report.ToMarkdown().Split('\n').ShouldSatisfyAllConditions(
            lines => lines.ShouldContain("| 1 | 10000 | 0.30 ms | 1.00 ms | 20.0 us | 6000 | 0.50 ms | 2.00 ms | 30.0 us | 0.60 |"),
            lines => lines.ShouldContain("| all | 10000 | 0.30 ms | 1.00 ms | 20.0 us | 7000 | 0.50 ms | 2.00 ms | 30.0 us | 0.70 |"));
    }

    [Theory]
    [InlineData("--executors", "0")]
    [InlineData("--connections", "0")]
    [InlineData("--rounds", "none")]
    [InlineData("--seconds", "0")]
    [InlineData("--secs", "1")]
    public void A_wrong_option_is_an_error_that_names_it(string option, string value) =>
        SelectCommand.Create().Parse([option, value]).Errors.ShouldContain(e => e.Message.Contains(option) || e.Message.Contains(value));
}
