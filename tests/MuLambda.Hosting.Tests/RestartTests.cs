using System.Globalization;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Orchestration;
using MuLambda.Hosting.Testing;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;


public sealed class RestartTests
{
    [Fact]
    public async Task A_killed_service_comes_back_on_the_same_port_with_another_process()
    {
        await using var host = new Host();
        host.AddWeb("web");
        await host.StartAsync();
        await host.UntilHealthyAsync("web");
        using var client = host.App.CreateHttpClient("web");
        var before = int.Parse(await client.GetStringAsync("/pid"), CultureInfo.InvariantCulture);
        host.Endpoints("web").GetProperty("pid").GetInt32().ShouldBe(before);

        using var killed = System.Diagnostics.Process.GetProcessById(before);
        killed.Kill();
        await host.UntilOutputAsync("it exited with code 137; starting again in 0.2 s");
        await host.UntilHealthyAsync("web");
        var after = int.Parse(await client.GetStringAsync("/pid"), CultureInfo.InvariantCulture);

        after.ShouldNotBe(before);
        host.Endpoints("web").GetProperty("pid").GetInt32().ShouldBe(after);
    }

    [Fact]
    public async Task A_service_that_never_becomes_healthy_is_given_up_after_several_attempts()
    {
        await using var host = new Host();
        host.AddShell("broken", $"echo run >> {host.FilePath("runs")}; exit 9").WithHttpEndpoint().WithHttpHealthCheck("/");

        await host.StartAsync();
        await host.UntilAsync("broken", KnownResourceStates.FailedToStart);

        (await File.ReadAllLinesAsync(host.FilePath("runs"))).Length.ShouldBe(RestartPolicy.MaxAttempts);
    }

    [Fact]
    public void Pauses_double_up_to_a_limit_and_start_over_after_a_healthy_while()
    {
        var policy = new RestartPolicy(serves: true);

        var pauses = Enumerable.Range(0, 9).Select(_ => policy.Ended(1, TimeSpan.FromSeconds(1)).Delay.TotalSeconds);
        pauses.ShouldBe([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10]);

        policy.Ended(1, RestartPolicy.Forgiven).Delay.ShouldBe(RestartPolicy.FirstDelay);
    }

    [Fact]
    public void What_serves_is_started_again_even_if_it_ends_without_an_error()
    {
        new RestartPolicy(serves: true).Ended(0, TimeSpan.FromSeconds(1)).Action.ShouldBe(RestartAction.Restart);
        new RestartPolicy(serves: false).Ended(0, TimeSpan.FromSeconds(1)).Action.ShouldBe(RestartAction.Finish);
    }

    [Fact]
    public void A_task_that_ran_long_before_it_failed_has_all_its_attempts_again()
    {
        var policy = new RestartPolicy(serves: false);
        for (var i = 1; i < RestartPolicy.MaxAttempts; i++)
        {
            policy.Ended(1, TimeSpan.Zero).Action.ShouldBe(RestartAction.Restart);
        }

        policy.Ended(1, RestartPolicy.Forgiven).Action.ShouldBe(RestartAction.Restart);
        policy.Ended(1, TimeSpan.Zero).Action.ShouldBe(RestartAction.Restart);
    }
}
