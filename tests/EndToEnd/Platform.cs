using System.Diagnostics;
using System.Text.Json;
using MuLambda.Hosting;
using MuLambda.Hosting.Testing;
using MuLambda.Tests.Otlp;

namespace EndToEnd;

/// <summary>
/// The whole platform as <c>dotnet run --project MuLambda.AppHost</c> starts it: every service a process of its own, the four
/// digit classifiers and the three clients, telemetry sent to a collector in the test.
/// </summary>
public sealed class Platform : IAsyncLifetime
{
    // Among the commands is one that fetches a package of 145 MB the first time.
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private static readonly string[] Executors = ["digits-linear", "digits-mlp-small", "digits-mlp-wide", "digits-cnn"];
    private static readonly string[] Clients = ["digits-fast", "digits-balanced", "digits-accurate"];

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mulambda-e2e-");

    public DistributedApplication App { get; private set; } = null!;

    public OtlpCollector Telemetry { get; private set; } = null!;

    public HttpClient Selector { get; private set; } = null!;

    public HttpClient Registry { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Telemetry = await OtlpCollector.StartAsync();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Program>(["--state", _state.FullName, "--container-command", "none"]);
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = Telemetry.Endpoint;
        builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        App = await builder.BuildAsync();

        // What the platform promises on two cores: everything healthy within a minute.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await App.StartAsync(patience.Token);
        foreach (var resource in Clients.Concat(Executors).Append("selector"))
        {
            await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, patience.Token);
        }

        Selector = App.CreateHttpClient("selector");
        Registry = App.CreateHttpClient("registry");
        await WaitForCandidatesAsync("digits-accurate", Executors.Length);
    }

    /// <summary>Waits until the selector has that many candidates for a client.</summary>
    public Task WaitForCandidatesAsync(string client, int count) => WaitUntilAsync(
        $"{count} candidates for {client}",
        async () =>
        {
            using var answer = await Selector.PostAsync("/v1/select", Json($$"""{"client":"{{client}}"}"""));
            if (!answer.IsSuccessStatusCode)
            {
                return false;
            }

            using var decision = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
            return decision.RootElement.GetProperty("considered").GetInt32() == count;
        });

    /// <summary>Polls a condition that only another process can tell.</summary>
    public static async Task WaitUntilAsync(string what, Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Patience, $"waited for {what}");
            await poll.WaitForNextTickAsync();
        }
    }

    /// <summary>Runs the command as a person would, in a process of its own.</summary>
    public async Task<CommandResult> RunCommandAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var argument in (string[])[Repository.Output("clients/MuLambda.Cli", "mulambda.dll"), .. arguments, "--state", _state.FullName])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = Telemetry.Endpoint;
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Kills a resource's process the hard way.</summary>
    /// <returns>The process that was killed.</returns>
    public int Kill(string resource)
    {
        var id = App.GetProcessIds(resource)[0];
        using var process = Process.GetProcessById(id);
        process.Kill();
        return id;
    }

    public static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    public async Task DisposeAsync()
    {
        Selector?.Dispose();
        Registry?.Dispose();
        if (App is not null)
        {
            await App.DisposeAsync();
        }

        if (Telemetry is not null)
        {
            await Telemetry.DisposeAsync();
        }

        _state.Delete(recursive: true);
    }
}
