using MuLambda.Cli.Tests.Platform;
using MuLambda.Load.Tests.Support;

namespace MuLambda.Cli.Tests.Load;

/// <summary>Loads over gRPC on the executor itself.</summary>
public sealed class GrpcLoadTests(ExecutorProcess executor) : IClassFixture<ExecutorProcess>
{
    private static readonly string[] Short = ["--duration", "500ms", "--warm-up", "200ms", "--timeout-ms", "60000", "--no-page", "--json"];

    [Theory]
    [InlineData("--rate 50 --items 4")]
    [InlineData("--rate 50 --arrivals bursts --burst-seconds 0.1 --burst-every 0.5")]
    [InlineData("--concurrency 2 --items 2 --image SAMPLES")]
    [InlineData("--concurrency 2 --data body.json")]
    public async Task Whatever_is_sent_is_answered(string options)
    {
        await using var line = CommandLine.WithoutPlatform();
        var row = $"[{string.Join(',', Enumerable.Repeat("[0.5]", 28))}]";
        line.Write("body.json", $$"""{"instances": [[{{string.Join(',', Enumerable.Repeat(row, 28))}}]]}""");

        var result = await line.RunAsync(
        [
            "load", executor.Grpc, "--protocol", "grpc", "--model", ExecutorProcess.Model, .. Short,
            .. options.Replace("SAMPLES", ExecutorProcess.Samples, StringComparison.Ordinal).Split(' '),
        ]);

        result.ExitCode.ShouldBe(0, result.Error);
        var run = result.Json.GetProperty("runs")[0];
        run.GetProperty("errors").GetArrayLength().ShouldBe(0);
        run.GetProperty("due").GetInt64().ShouldBeGreaterThan(0);
        run.GetProperty("answered").GetInt64().ShouldBe(run.GetProperty("due").GetInt64());
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("--priority 7", "7")]
    [InlineData("--priority 0", "0")]
    public async Task Calls_carry_the_priority_that_is_asked_for(string options, string? expected)
    {
        await using var proxy = await GrpcProxy.StartAsync(executor.Grpc);
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(
        [
            "load", proxy.Address, "--protocol", "grpc", "--model", ExecutorProcess.Model, "--concurrency", "1",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. Short,
        ]);

        result.ExitCode.ShouldBe(0, result.Error);
        proxy.Calls.Where(call => call.Path.EndsWith("/Predict", StringComparison.Ordinal))
            .Select(call => call.Metadata.GetValueOrDefault("mulambda-priority")).Distinct().ShouldBe([expected]);
    }

    [Fact]
    public async Task A_body_that_does_not_fit_the_model_is_refused_with_its_place()
    {
        await using var line = CommandLine.WithoutPlatform();
        line.Write("body.json", """{"instances": [[1]]}""");

        var result = await line.RunAsync("load", executor.Grpc, "--protocol", "grpc", "--model", ExecutorProcess.Model, "--rate", "5", "--data", "body.json");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("--data: instances[0][0]: ");
    }
}
