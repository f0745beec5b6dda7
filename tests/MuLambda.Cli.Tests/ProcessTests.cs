using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Cli.Tests;

/// <summary>The command as its own process.</summary>
public sealed class ProcessTests : IAsyncLifetime
{
    private CommandLine _line = null!;

    public async Task InitializeAsync() => _line = await CommandLine.StartAsync();

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public async Task Results_errors_and_exit_codes_leave_the_process_where_scripts_expect_them()
    {
        _line.Write("two.png", Digit.Of(51));

        var (exitCode, output, error) = await RunAsync("infer", "--client", "digits", "--image", "two.png", "--json");
        var wrong = await RunAsync("infer");
        var missing = await RunAsync("clients", "delete", "nobody");

        exitCode.ShouldBe(0, error);
        output.ShouldContain("\"label\": 2");
        error.ShouldBeEmpty();
        wrong.ExitCode.ShouldBe(2);
        wrong.Out.ShouldBeEmpty();
        missing.ExitCode.ShouldBe(3);
        missing.Error.ShouldBe("error: There is no client nobody.\n");
    }

    [Fact]
    public async Task A_proxy_of_the_environment_is_not_asked_for_the_platforms_addresses()
    {
        _line.Write("two.png", Digit.Of(51));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var dead = $"http://{taken.LocalEndpoint}";
        taken.Stop();
        foreach (var name in new[] { "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" })
        {
            _line.Environment[name] = dead;
        }

        _line.Environment["no_proxy"] = _line.Environment["NO_PROXY"] = "";

        var listed = await RunAsync("models", "list", "--json");
        var inferred = await RunAsync("infer", "--client", "digits", "--image", "two.png", "--json");

        listed.ExitCode.ShouldBe(0, listed.Error);
        inferred.ExitCode.ShouldBe(0, inferred.Error);
        inferred.Out.ShouldContain("\"label\": 2");
    }

    [Fact]
    public async Task An_interrupt_ends_the_process_with_130()
    {
        _line.Write("two.png", Digit.Of(51));
        var asked = new TaskCompletionSource();
        _line.Platform.Fault = async (context, _) =>
        {
            asked.TrySetResult();
            await context.HangAsync();
            return true;
        };

        using var process = Start("infer", "--client", "digits", "--image", "two.png");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        var (exitCode, output, _) = await EndAsync(process);

        exitCode.ShouldBe(130);
        output.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_inferences_span_is_exported_before_the_process_ends()
    {
        _line.Write("two.png", Digit.Of(51));
        _line.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = _line.Platform.Address.ToString();
        _line.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";

        var (exitCode, _, error) = await RunAsync("infer", "--client", "digits", "--image", "two.png");

        exitCode.ShouldBe(0, error);
        var traceParent = _line.Platform.Seen.Single(call => call.Request.EndsWith(":infer", StringComparison.Ordinal)).Headers["traceparent"];
        var traceId = Convert.FromHexString(traceParent.Split('-')[1]);
        var export = _line.Platform.Seen.First(call => call.Request == "POST /v1/traces").Body;
        export.AsSpan().IndexOf(traceId).ShouldBeGreaterThan(0);
        export.AsSpan().IndexOf("mulambda.executor"u8).ShouldBeGreaterThan(0);
    }

    private async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] args)
    {
        using var process = Start(args);
        return await EndAsync(process);
    }

    private Process Start(params string[] args)
    {
        // A shell starts what runs in its background with interrupts ignored, and whatever that starts inherits it.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "mulambda.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _line.CurrentDirectory,
        };
        foreach (var (name, value) in _line.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task<(int ExitCode, string Out, string Error)> EndAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
