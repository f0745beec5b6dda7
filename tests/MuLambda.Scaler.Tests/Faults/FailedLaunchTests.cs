using MuLambda.Catalog;
using MuLambda.Scaler.Tests.Support;

namespace MuLambda.Scaler.Tests.Faults;

/// <summary>Executors that do not become ready, or do not stay so.</summary>
public sealed class FailedLaunchTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mulambda-launch-");
    private ScalerPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await ScalerPlatform.StartAsync();

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task One_that_hangs_is_given_up_with_its_reason_and_tried_again_with_back_off()
    {
        using var scaler = await _platform.StartScalerAsync(
            "--executor", Script("while :; do sleep 0.1; done"), "--ready-seconds", "0.5", "--Scaler:StopGraceSeconds", "0.1");
        await _platform.DeployAsync("digits-linear", 2);

        var failed = await _platform.WaitAsync("a third attempt", catalog => catalog.Executors.Values.Any(
            executor => executor is { State: ExecutorState.Failed, Launch.Attempt: >= 3 }));

        failed.Executors.Values.First(executor => executor.State == ExecutorState.Failed).Reason.ShouldBe("It was not ready 0.5 s after it was launched.");
        var decisions = await _platform.Registry.GetDecisionsAsync("digits-linear");
        var failures = decisions.Where(decision => decision.Reason.StartsWith("A launch failed", StringComparison.Ordinal)).OrderBy(decision => decision.Sequence).ToList();
        failures.ShouldAllBe(decision => decision.Reason == "A launch failed: It was not ready 0.5 s after it was launched.");
        failures.Select(decision => decision.Inputs["launch_failures"]).ShouldBe(Enumerable.Range(1, failures.Count).Select(n => (double)n));

        failures[^1].Inputs["backoff_seconds"].ShouldBeGreaterThan(failures[0].Inputs["backoff_seconds"]);
    }

    [Fact]
    public async Task One_that_ends_at_once_is_told_of_with_its_last_words()
    {
        using var scaler = await _platform.StartScalerAsync("--executor", Script("echo 'there is no such model'; exit 3"));
        await _platform.DeployAsync("digits-linear", 1);

        var failed = await _platform.WaitAsync("a failure", catalog => catalog.Executors.Values.Any(executor => executor.State == ExecutorState.Failed));

        failed.Executors.Values.First(executor => executor.State == ExecutorState.Failed).Reason.ShouldBe("It ended with exit code 3: there is no such model");
    }

    [Fact]
    public async Task Once_it_can_be_launched_it_is_and_the_failure_is_forgotten()
    {
        var program = Script($"[ -e {_folder.FullName}/well ] || exit 3; exec dotnet exec {Path.Combine(AppContext.BaseDirectory, "MuLambda.Executor.dll")} \"$@\"");
        using var scaler = await _platform.StartScalerAsync("--executor", program);
        await _platform.DeployAsync("digits-linear", 1);
        await _platform.WaitAsync("a failure", catalog => catalog.Executors.Values.Any(executor => executor.State == ExecutorState.Failed));

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "well"), "");
        var ready = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 1), "digits-linear").Single();

        ready.Launch!.Attempt.ShouldBeGreaterThan(1);
        await _platform.WaitAsync("no failure", catalog => catalog.Executors.Values.All(executor => executor.State == ExecutorState.Ready));
    }

    [Fact]
    public async Task One_that_is_killed_is_replaced()
    {
        using var scaler = await _platform.StartScalerAsync();
        await _platform.DeployAsync("digits-linear", 1);
        var before = ScalerPlatform.Ready(await _platform.ReadyAsync("digits-linear", 1), "digits-linear").Single();

        Machine.Kill(_platform.Executors.Single());
        await _platform.WaitAsync("another", catalog => ScalerPlatform.Ready(catalog, "digits-linear") is [{ } only] && only.Id != before.Id);

        _platform.Executors.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Executors_of_the_pool_that_fail_are_tried_again_with_back_off_although_others_serve()
    {
        var attempts = Path.Combine(_folder.FullName, "attempts");
        var program = Script(
            $"case \"$*\" in *--model*) exec dotnet exec {Path.Combine(AppContext.BaseDirectory, "MuLambda.Executor.dll")} \"$@\";; esac; echo failed >>{attempts}; exit 3");
        using var scaler = await _platform.StartScalerAsync(
            "--executor", program, "--pool", "1", "--Scaler:BackoffSeconds", "3600", "--Scaler:MaxBackoffSeconds", "3600");
        await _platform.DeployAsync("digits-linear", 2);
        await _platform.ReadyAsync("digits-linear", 2);
        await _platform.UntilAsync("an attempt", () => File.Exists(attempts));

        // What takes many rounds in which nothing starts.
        await _platform.DeployAsync("digits-linear", 1);
        await _platform.UntilAsync("one executor", () => _platform.Executors.Count == 1);

        (await File.ReadAllLinesAsync(attempts)).Length.ShouldBe(1, "the next one after the back-off, of an hour");
    }

    private string Script(string body)
    {
        var path = Path.Combine(_folder.FullName, "executor.sh");
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
