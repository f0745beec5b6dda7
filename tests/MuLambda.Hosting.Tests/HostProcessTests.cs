using MuLambda.Hosting.Options;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

public sealed class HostProcessTests
{
    [Fact]
    public async Task When_the_host_is_killed_every_process_and_what_they_started_dies()
    {
        var directory = HostProcess.NewDirectory();
        var pids = Path.Combine(directory, "pids");
        // A child, and one in a session of its own that ignores the polite signal.
        await using var host = HostProcess.Start(directory, $"sleep 600 & a=$!; setsid sh -c 'trap \"\" TERM; while :; do sleep 0.2; done' & echo $$ $a $! > {pids}; wait");
        await host.UntilHealthyAsync();
        int[] all = [.. await ProcessTable.NumbersAsync(pids, 3, host.Deadline), host.PidOf("web"), host.PidOf("worker")];
        all.ShouldAllBe(pid => ProcessTable.Runs(pid));

        host.Kill();

        foreach (var pid in all)
        {
            await ProcessTable.UntilGoneAsync(pid, host.Deadline);
        }

        all.ShouldAllBe(pid => !ProcessTable.Runs(pid));
    }

    [Fact]
    public async Task SIGTERM_stops_everything_and_ends_the_host_without_an_error()
    {
        await using var host = HostProcess.Start(HostProcess.NewDirectory(), "exec sleep 600");
        await host.UntilHealthyAsync();
        int[] all = [host.PidOf("web"), host.PidOf("worker")];

        host.Terminate();

        (await host.ExitCodeAsync()).ShouldBe(0);
        all.ShouldAllBe(pid => !ProcessTable.Runs(pid));
        File.Exists(Path.Combine(host.State, "endpoints.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_second_host_on_the_same_state_is_refused_and_the_first_goes_on()
    {
        await using var first = HostProcess.Start(HostProcess.NewDirectory(), "exec sleep 600");
        await first.UntilHealthyAsync();
        await using var second = HostProcess.Start(HostProcess.NewDirectory(), "exec sleep 600", "--state", first.State);

        (await second.ExitCodeAsync()).ShouldBe(1);

        second.Output.ShouldContain($"Another host (process {first.Id}) uses the state directory {first.State}");
        ProcessTable.Runs(first.PidOf("worker")).ShouldBeTrue();
    }

    [Fact]
    public async Task After_a_host_was_killed_another_starts_on_its_state()
    {
        var directory = HostProcess.NewDirectory();
        await using var first = HostProcess.Start(directory, "exec sleep 600");
        await first.UntilHealthyAsync();
        first.Kill();
        await first.ExitCodeAsync();

        await using var second = HostProcess.Start(directory, "exec sleep 600");
        await second.UntilHealthyAsync();

        second.PidOf("worker").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_is_wrong_on_the_command_line_is_told_and_the_exit_code_is_2()
    {
        await using var host = HostProcess.Start(HostProcess.NewDirectory(), "exit", "--no-such-option");

        (await host.ExitCodeAsync()).ShouldBe(2);

        host.Output.ShouldContain("--no-such-option");
        host.Output.ShouldContain("--help shows the options.");
    }

    [Theory]
    [InlineData("stray")]
    [InlineData("--port-base=many")]
    [InlineData("--port-base=70000")]
    [InlineData("--state")]
    [InlineData("--publisher")]
    public void What_is_wrong_on_the_command_line_is_named(string argument) =>
        Should.Throw<DistributedApplicationException>(() => HostCommandLine.Parse([argument]))
            .Message.ShouldContain(argument.Split('=')[^1]);

    [Fact]
    public async Task Help_lists_the_options()
    {
        await using var host = HostProcess.Start(HostProcess.NewDirectory(), "exit", "--help");

        (await host.ExitCodeAsync()).ShouldBe(0);

        foreach (var option in (string[])["--state", "--port-base", "--no-samples", "--container-command"])
        {
            host.Output.ShouldContain(option);
        }
    }
}
