using Microsoft.Extensions.Logging.Abstractions;
using MuLambda.Catalog;
using MuLambda.Catalog.Tests;
using MuLambda.Scaler.Local;
using MuLambda.Scaler.Tests.Support;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Tests.Local;

/// <summary>Launching on this machine, with scripts in the executors' place.</summary>
public sealed class LocalLauncherTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mulambda-local-");

    public void Dispose()
    {
        foreach (var process in Machine.Processes(_folder.FullName))
        {
            Machine.Kill(process);
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Launching_again_under_the_same_id_launches_nothing()
    {
        using var launcher = await CreateAsync("while :; do sleep 0.1; done");

        await launcher.LaunchAsync(new LaunchSpec("one", [new("a")]), default);
        await launcher.LaunchAsync(new LaunchSpec("one", [new("a")]), default);
        await UntilAsync(() => File.Exists(Path.Combine(_folder.FullName, "ran")));

        launcher.List().ShouldHaveSingleItem().Id.ShouldBe("one");
        Runs().ShouldBe(1);
    }

    [Fact]
    public async Task The_next_launcher_lists_what_the_one_before_launched_and_can_end_it()
    {
        using (var first = await CreateAsync("while :; do sleep 0.1; done"))
        {
            await first.LaunchAsync(new LaunchSpec("one", [new("a", 3)]), default);
            await UntilAsync(() => Runs() == 1);
        }

        using var second = await CreateAsync("exit 1");
        var adopted = second.List().ShouldHaveSingleItem();
        adopted.Ended.ShouldBeNull();
        adopted.Models.ShouldHaveSingleItem().Model.ShouldBe(new PlacedModel("a", 3));

        await second.RetireAsync("one", Deadline.Time, default);
        second.List().ShouldBeEmpty();
        Machine.Processes(Path.Combine(State, "executors", "one")).ShouldBeEmpty();
        Directory.Exists(Path.Combine(State, "executors", "one")).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_two_launchers_on_one_directory_one_launches()
    {
        using var first = await CreateAsync("exit 0");
        using var second = Launcher("exit 0");

        (await second.TryTakeOverAsync(default)).ShouldBeFalse();
        await Should.ThrowAsync<LaunchException>(() => second.LaunchAsync(new LaunchSpec("one", []), default));

        first.Dispose();
        (await second.TryTakeOverAsync(default)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_process_that_was_on_its_way_when_it_was_abandoned_does_not_run()
    {
        var options = Options("while :; do sleep 0.1; done");
        var files = new ExecutorDirectory(Path.Combine(State, "executors", "one"));
        var record = new LaunchRecord("one", DateTimeOffset.UtcNow, 1, 2, null, []);
        files.Write(record);

        // The launcher was killed between the record and the process's first word; the next one comes first.
        using var next = Launcher("exit 0");
        (await next.TryTakeOverAsync(default)).ShouldBeTrue();
        next.List().ShouldHaveSingleItem().Ended.ShouldNotBeNull();

        using var late = ExecutorProcess.Start(record, files, null, options);
        await late.WaitForExitAsync(Deadline.Token());
        late.ExitCode.ShouldBe(75);
        Runs().ShouldBe(0);
    }

    [Fact]
    public async Task One_that_does_not_hear_SIGTERM_is_killed_after_its_grace_with_all_that_it_started()
    {
        using var launcher = await CreateAsync("trap '' TERM; sleep 1000 & while :; do sleep 0.1; done");
        await launcher.LaunchAsync(new LaunchSpec("one", []), default);
        await UntilAsync(() => Runs() == 1);

        await launcher.RetireAsync("one", TimeSpan.FromMilliseconds(200), default);

        Machine.Processes(Path.Combine(State, "executors", "one")).ShouldBeEmpty();
        launcher.List().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_ends_stays_listed_with_its_last_words_until_it_is_forgotten()
    {
        using var launcher = await CreateAsync("echo 'no memory'; exit 9");
        using var stop = new CancellationTokenSource();
        var running = launcher.RunAsync(stop.Token);
        await launcher.LaunchAsync(new LaunchSpec("one", []), default);

        await UntilAsync(() => launcher.List().Single().Ended is not null);
        launcher.List().Single().Ended.ShouldBe("It ended with exit code 9: no memory");
        launcher.Forget("one");
        launcher.List().ShouldBeEmpty();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Its_progress_is_what_it_tells_since_it_was_given_the_model()
    {
        using var launcher = await CreateAsync(
            """
            while [ $# -gt 0 ]; do [ "$1" = --phases-file ] && phases=$2; shift; done
            now=$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)
            echo '{"phase":"ready","model":"a@3","at":"2020-01-01T00:00:00Z"}' >>$phases
            for p in downloading loading surprising; do echo "{\"phase\":\"$p\",\"model\":\"a@3\",\"at\":\"$now\"}" >>$phases; done
            echo 'no JSON at all' >>$phases
            echo "{\"phase\":\"failed\",\"model\":\"a@3\",\"at\":\"$now\",\"error\":\"bad file\"}" >>$phases
            while :; do sleep 0.1; done
            """);
        using var stop = new CancellationTokenSource();
        var running = launcher.RunAsync(stop.Token);
        await launcher.LaunchAsync(new LaunchSpec("one", [new("a")]), default);

        await UntilAsync(() => launcher.List().Single().Models.Single().Last?.Error is not null);
        var progress = launcher.List().Single().Models.Single().Progress;
        progress[0].Phase.ShouldBe(LaunchPhase.Downloading);
        progress[1].Phase.ShouldBe(LaunchPhase.Loading);
        progress[^1].ShouldBe(progress[^1] with { Version = 3, Error = "bad file" });
        progress.ShouldNotContain(line => line.Phase == LaunchPhase.Ready);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_keeps_executors_alive_is_renewed_while_the_launcher_runs_and_wants_it()
    {
        using var launcher = await CreateAsync("while :; do sleep 0.1; done");
        await launcher.LaunchAsync(new LaunchSpec("one", []), default);
        var file = Path.Combine(State, "executors", "one", "keep-alive");
        var old = DateTime.UtcNow.AddHours(-1);
        File.SetLastWriteTimeUtc(file, old);
        using var stop = new CancellationTokenSource();
        var running = launcher.RunAsync(stop.Token);

        await UntilAsync(() => File.GetLastWriteTimeUtc(file) > old.AddMinutes(1));

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public void Limits_are_written_into_a_group_of_the_executor_that_its_process_enters()
    {
        var groups = ControlGroups.TryCreate(_folder.FullName, 1.5, 512L << 20, out var why).ShouldNotBeNull(why);

        var group = groups.TryAdd("one").ShouldNotBeNull();

        File.ReadAllText(Path.Combine(group, "cpu.max")).ShouldBe("150000 100000");
        File.ReadAllText(Path.Combine(group, "memory.max")).ShouldBe("536870912");
    }

    [Fact]
    public void Where_no_group_was_delegated_it_is_said_why_and_executors_run_without_limits()
    {
        ControlGroups.TryCreate("/proc/nothing", 1, null, out var why).ShouldBeNull();
        why.ShouldNotBeNull();
        ControlGroups.TryCreate(null, null, null, out why).ShouldBeNull();
        why.ShouldBeNull();
    }

    private string State => Path.Combine(_folder.FullName, "state");

    private int Runs() => File.Exists(Path.Combine(_folder.FullName, "ran")) ? File.ReadAllLines(Path.Combine(_folder.FullName, "ran")).Length : 0;

    private async Task<LocalLauncher> CreateAsync(string body)
    {
        var launcher = Launcher(body);
        (await launcher.TryTakeOverAsync(default)).ShouldBeTrue();
        return launcher;
    }

    private LocalLauncher Launcher(string body) => new(Options(body), null, TimeProvider.System, NullLogger<LocalLauncher>.Instance);

    private LocalLauncherOptions Options(string body) => new()
    {
        Node = "local",
        State = State,
        Program = Script(body),
        Registry = new Uri("http://127.0.0.1:1/"),
        KeepAlive = TimeSpan.FromSeconds(2),
    };

    private string Script(string body)
    {
        var path = Path.Combine(_folder.FullName, $"executor-{Guid.NewGuid():N}.sh");
        File.WriteAllText(path, $"#!/bin/sh\necho run >>{_folder.FullName}/ran\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline.Time);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            await poll.WaitForNextTickAsync(deadline.Token);
        }
    }
}
