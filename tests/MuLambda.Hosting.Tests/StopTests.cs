using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Testing;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task Dependents_stop_before_what_they_depend_on()
    {
        await using var host = new Host();
        var order = host.FilePath("order");
        string Script(string name) => $"trap 'echo {name} >> {order}; exit 0' TERM; touch {host.FilePath(name)}; while :; do sleep 0.05; done";
        var first = host.AddShell("first", Script("first"));
        var second = host.AddShell("second", Script("second")).WaitFor(first);
        host.AddShell("third", Script("third")).WaitFor(second);
        await host.StartAsync();
        await ProcessTable.UntilAsync(() => File.Exists(host.FilePath("first")) && File.Exists(host.FilePath("second")) && File.Exists(host.FilePath("third")), host.Deadline);

        await host.App.StopAsync(host.Deadline);

        (await File.ReadAllLinesAsync(order)).ShouldBe(["third", "second", "first"]);
    }

    [Fact]
    public async Task What_ignores_the_signal_is_ended_with_its_children_within_the_deadline()
    {
        await using var host = new Host();
        var pids = host.FilePath("pids");
        // The second child has a session of its own, so that no signal to the group reaches it.
        host.AddShell("stubborn", $"trap '' TERM; (trap '' TERM; while :; do sleep 0.1; done) & a=$!; setsid sleep 600 & echo $$ $a $! >> {pids}; while :; do sleep 0.1; done");
        await host.StartAsync();
        var started = await ProcessTable.NumbersAsync(pids, 3, host.Deadline);
        var before = TimeProvider.System.GetTimestamp();

        await host.App.StopAsync(host.Deadline);

        TimeProvider.System.GetElapsedTime(before).ShouldBeLessThan(TimeSpan.FromSeconds(12));
        foreach (var pid in started)
        {
            await ProcessTable.UntilGoneAsync(pid, host.Deadline);
        }

        started.ShouldAllBe(pid => !ProcessTable.Runs(pid));
    }

    [Fact]
    public async Task A_process_left_behind_by_one_that_ended_is_ended()
    {
        await using var host = new Host();
        var pids = host.FilePath("pids");
        host.AddShell("parent", $"sleep 600 & echo $! > {pids}");
        await host.StartAsync();

        await host.UntilAsync("parent", KnownResourceStates.Finished);

        var child = (await ProcessTable.NumbersAsync(pids, 1, host.Deadline))[0];
        await ProcessTable.UntilGoneAsync(child, host.Deadline);
        ProcessTable.Runs(child).ShouldBeFalse();
    }

    [Fact]
    public async Task The_endpoints_file_and_the_lock_go_with_the_host()
    {
        await using var host = new Host();
        host.AddShell("worker", "exec sleep 600");
        await host.StartAsync();
        await host.UntilHealthyAsync("worker");
        File.Exists(Path.Combine(host.State, "endpoints.json")).ShouldBeTrue();

        await host.App.StopAsync(host.Deadline);

        File.Exists(Path.Combine(host.State, "endpoints.json")).ShouldBeFalse();
        using var again = State.StateDirectory.Hold(host.State);
        again.Path.ShouldBe(host.State);
    }
}
