using MuLambda.Benchmarks.Proxying;
using MuLambda.Benchmarks.Selecting;
using MuLambda.Benchmarks.Serving;
using MuLambda.Benchmarks.Targets;

namespace MuLambda.Benchmarks.Tests;

public sealed class ProxyBenchmarkTests
{
    [Fact]
    public async Task The_same_request_is_answered_by_the_executor_and_by_the_selector_over_gRPC_and_REST()
    {
        using var model = await BenchmarkModel.PrepareAsync("digits/digits-linear", _ => { });
        await using var platform = await ServedPlatform.StartAsync(model, _ => { });
        var selector = await platform.StartSelectorAsync(["--Batching:Policy=none"]);
        var payload = Payload.Create(model, 1, seed: 1);
        using var direct = new GrpcTarget("executor", platform.Executor.Grpc);
        using var through = new GrpcTarget("selector", selector.Grpc);
        ITarget[] targets =
        [
            direct, through, new HttpTarget("executor", platform.Executor.Predict),
            new HttpTarget("selector", new Uri(selector.Rest, platform.Executor.Predict.AbsolutePath)),
        ];
        var before = platform.Executor.ProcessorTime;

        foreach (var target in targets)
        {
            var measurement = new Measurement();
            await ClosedLoop.RunAsync(target, payload, callers: 1, TimeSpan.FromMilliseconds(20), measurement);
            measurement.Median.ShouldBeGreaterThan(0, target.Name);
        }

        platform.Executor.ProcessorTime.ShouldBeGreaterThan(before);
        selector.Process.ProcessorTime.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void The_configuration_of_nginx_keeps_connections_to_the_executor_open()
    {
        var lines = Nginx.Configuration("/tmp/x", 8080, new Uri("http://127.0.0.1:8501/v1/models/digits-cnn:predict"), 8081, new Uri("http://127.0.0.1:8500"))
            .Split('\n', StringSplitOptions.TrimEntries);

        lines.ShouldContain("server 127.0.0.1:8501;");
        lines.ShouldContain("listen 127.0.0.1:8080;");
        lines.ShouldContain("server 127.0.0.1:8500;");
        lines.ShouldContain("listen 127.0.0.1:8081 http2;");
        lines.ShouldContain("proxy_set_header Connection \"\";");
        lines.ShouldContain("proxy_http_version 1.1;");
        lines.Count(line => line.EndsWith('{')).ShouldBe(lines.Count(line => line == "}"));
    }

    [Fact]
    public void The_report_has_what_was_added_and_the_ratio_of_the_rates()
    {
        var (slow, fast) = (new WrkResult(6_000, 1e6, 0, 500, 2000, 9000), new WrkResult(10_000, 1e6, 0, 300, 1000, 9000));
        var report = new ProxyReport(
            new ProxyOptions { Rounds = 3 }, "command",
            [new ProxyRow("digits-cnn", [400, 500, 600], [550, 690, 900], [500, 580, 690], [new(fast, 100, null)], [new(slow, 50, 30)])]);

        report.ToMarkdown().Split('\n').ShouldSatisfyAllConditions(
            lines => lines.ShouldContain("| digits-cnn | 500 us | 690 us | 190 us | 150, 190, 300 | reached | 90 us |"),
            lines => lines.ShouldContain("| digits-cnn | 1 | 10000 | 0.30 ms | 1.00 ms | 100 us | 6000 | 0.50 ms | 2.00 ms | 50 / 30 us | 0.60 | |"),
            lines => lines.ShouldContain("| digits-cnn | all | 10000 | | | | 6000 | | | | 0.60 | **missed** |"));
    }

    [Theory]
    [InlineData("--connections", "0")]
    [InlineData("--rounds", "none")]
    [InlineData("--seconds", "0")]
    [InlineData("--secs", "1")]
    public void A_wrong_option_is_an_error_that_names_it(string option, string value) =>
        ProxyCommand.Create().Parse([option, value]).Errors.ShouldContain(e => e.Message.Contains(option) || e.Message.Contains(value));
}
