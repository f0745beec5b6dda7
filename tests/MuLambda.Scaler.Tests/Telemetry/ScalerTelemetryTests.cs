using System.Collections.Concurrent;
using System.Diagnostics;
using MuLambda.Scaler.Telemetry;
using MuLambda.Scaler.Tests.Support;

namespace MuLambda.Scaler.Tests.Telemetry;

/// <summary>What a scaler measures of real launches.</summary>
public sealed class ScalerTelemetryTests : IAsyncLifetime
{
    private const string Deployment = "mulambda.deployment=digits-linear";

    private ScalerPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await ScalerPlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task Launches_their_cold_starts_and_the_replicas_are_measured_by_deployment()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ScalerTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var scaler = ScalerApplication.Create(["--urls", "http://127.0.0.1:0", .. _platform.With("--retire-on-exit", "true")]);
        using var measurements = new Measurements(scaler);
        await scaler.StartAsync();

        await _platform.DeployAsync("digits-linear", 2);
        var ready = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 2), "digits-linear");
        await _platform.UntilAsync("the round after", () => measurements.Of("mulambda.scaler.cold_start").Count == 2);

        measurements.Of("mulambda.scaler.launches").ShouldBe([(1.0, Deployment), (1.0, Deployment)]);
        measurements.Of("mulambda.scaler.cold_start").ShouldAllBe(measured => measured.Tags == Deployment && measured.Value > 0.01 && measured.Value < 300);
        measurements.Of("mulambda.scaler.launch_failures").ShouldBeEmpty();
        await _platform.UntilAsync("both are counted", () => measurements.Observe("mulambda.scaler.replicas").Contains((2.0, $"{Deployment} mulambda.state=ready")));
        measurements.Observe("mulambda.scaler.replicas").ShouldBe(
            [(2.0, $"{Deployment} mulambda.state=desired"), (2.0, $"{Deployment} mulambda.state=ready"), (0.0, $"{Deployment} mulambda.state=starting")]);
        foreach (var executor in ready)
        {
            var span = spans.Where(span => executor.Id.Equals(span.GetTagItem("mulambda.executor"))).ShouldHaveSingleItem();
            span.OperationName.ShouldBe("launch");
            span.GetTagItem("mulambda.deployment").ShouldBe("digits-linear");
            span.Duration.ShouldBeGreaterThan(TimeSpan.Zero);
        }

        await scaler.StopAsync();
    }

    [Fact]
    public async Task Launches_that_fail_are_counted_by_deployment()
    {
        await using var scaler = ScalerApplication.Create(
            ["--urls", "http://127.0.0.1:0", .. _platform.With("--executor", "/bin/false", "--Scaler:BackoffSeconds", "3600", "--Scaler:MaxBackoffSeconds", "3600")]);
        using var measurements = new Measurements(scaler);
        await scaler.StartAsync();

        await _platform.DeployAsync("digits-linear", 1);
        await _platform.UntilAsync("a failure", () => measurements.Of("mulambda.scaler.launch_failures").Count > 0);

        measurements.Of("mulambda.scaler.launch_failures").ShouldAllBe(measured => measured.Value == 1 && measured.Tags == Deployment);
        measurements.Of("mulambda.scaler.launches").Count.ShouldBeGreaterThanOrEqualTo(1);
        measurements.Of("mulambda.scaler.cold_start").ShouldBeEmpty();
        await _platform.UntilAsync("none is ready", () => measurements.Observe("mulambda.scaler.replicas").Contains((0.0, $"{Deployment} mulambda.state=ready")));
        await scaler.StopAsync();
    }
}
