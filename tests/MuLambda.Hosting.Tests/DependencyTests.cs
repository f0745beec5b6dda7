using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

public sealed class DependencyTests
{
    [Fact]
    public async Task A_resource_starts_after_the_one_it_waits_for_is_healthy()
    {
        await using var host = new Host();
        var sick = host.FilePath("sick");
        await File.WriteAllTextAsync(sick, "");
        var web = host.AddWeb("web").WithEnvironment("SICK_WHILE_FILE", sick);
        host.AddShell("later", "exec sleep 600").WaitFor(web);

        await host.StartAsync();
        await host.UntilOutputAsync("web is running, not yet healthy");
        host.App.GetProcessIds("later").ShouldBeEmpty();
        File.Delete(sick);
        await host.UntilHealthyAsync("later");

        host.Output.IndexOf("web is healthy", StringComparison.Ordinal)
            .ShouldBeLessThan(host.Output.IndexOf("later is running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_resource_starts_after_the_completion_it_waits_for_and_the_completed_one_is_not_started_again()
    {
        await using var host = new Host();
        var task = host.AddShell("task", $"echo run >> {host.FilePath("runs")}");
        host.AddShell("later", $"cp {host.FilePath("runs")} {host.FilePath("copy")}; exec sleep 600").WaitForCompletion(task);

        await host.StartAsync();
        await host.UntilHealthyAsync("later");
        await ProcessTable.UntilAsync(() => File.Exists(host.FilePath("copy")), host.Deadline);

        (await File.ReadAllLinesAsync(host.FilePath("runs"))).ShouldBe(["run"]);
        host.Endpoints("task").GetProperty("state").GetString().ShouldBe("Finished");
    }

    [Fact]
    public async Task When_a_dependency_fails_its_dependents_fail_to_start_and_say_why()
    {
        await using var host = new Host();
        var absent = host.Builder.AddExecutable("absent", "no-such-program-anywhere", ".");
        var middle = host.AddShell("middle", "exec sleep 600").WaitFor(absent);
        host.AddShell("last", "exec sleep 600").WaitFor(middle);

        await host.StartAsync();
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => host.UntilHealthyAsync("last"));

        error.Message.ShouldContain("middle");
        error.Message.ShouldContain("no-such-program-anywhere");
        await host.UntilOutputAsync("MuLambda is not healthy: absent: The program 'no-such-program-anywhere' was not found.");
    }

    [Fact]
    public async Task A_task_that_keeps_failing_is_tried_a_few_times_and_then_fails_who_waits_for_it()
    {
        await using var host = new Host();
        var task = host.AddShell("task", $"echo run >> {host.FilePath("runs")}; exit 3");
        host.AddShell("later", "exec sleep 600").WaitForCompletion(task);

        await host.StartAsync();
        await host.UntilAsync("later", KnownResourceStates.FailedToStart);

        (await File.ReadAllLinesAsync(host.FilePath("runs"))).Length.ShouldBe(5);
        host.Output.ShouldContain("exited with code 3, 5 times in a row");
    }

    [Fact]
    public async Task Resources_that_wait_for_each_other_are_refused()
    {
        await using var host = new Host();
        var a = host.AddShell("a", "exit");
        var b = host.AddShell("b", "exit").WaitFor(a);
        a.WaitFor(b);

        (await Should.ThrowAsync<DistributedApplicationException>(host.StartAsync)).Message.ShouldBe("Resources wait for each other: a -> b -> a.");
    }

    [Fact]
    public async Task Independent_resources_start_at_the_same_time()
    {
        await using var host = new Host();
        // Each ends only when the other has begun.
        host.AddShell("left", $"touch {host.FilePath("left")}; until [ -e {host.FilePath("right")} ]; do sleep 0.02; done");
        host.AddShell("right", $"touch {host.FilePath("right")}; until [ -e {host.FilePath("left")} ]; do sleep 0.02; done");

        await host.StartAsync();

        await host.UntilAsync("left", KnownResourceStates.Finished);
        await host.UntilAsync("right", KnownResourceStates.Finished);
        host.Output.ShouldContain("left is finished");
    }
}
