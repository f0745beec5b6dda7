using Microsoft.Extensions.Logging.Abstractions;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class LeftoverTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Only_unfinished_files_and_unpacked_models_of_more_than_a_day_go()
    {
        using var folder = new TempFolder();
        var old = Now.AddHours(-25);
        var part = File(folder, "cache/sha256/abc.tar.1.part", old);
        var running = File(folder, "cache/sha256/def.tar.2.part", Now.AddHours(-23));
        var artifact = File(folder, "cache/sha256/abc.tar", old);
        var description = File(folder, "cache/models/echo/1.json.3.part", old);
        var unpacked = Path.GetDirectoryName(File(folder, "temp/mulambda-model-a/saved_model.pb", old))!;
        var loading = Path.GetDirectoryName(File(folder, "temp/mulambda-model-b/saved_model.pb", old))!;
        var foreign = Path.GetDirectoryName(File(folder, "temp/other/model.onnx", old))!;
        Directory.SetLastWriteTimeUtc(unpacked, old.UtcDateTime);
        Directory.SetLastWriteTimeUtc(loading, Now.AddHours(-1).UtcDateTime);
        Directory.SetLastWriteTimeUtc(foreign, old.UtcDateTime);

        Leftovers.Remove(folder["cache"], folder["temp"], Now, NullLogger.Instance);

        string[] all = [part, running, artifact, description, unpacked, loading, foreign];
        all.Where(Path.Exists).ShouldBe([running, artifact, loading, foreign]);
    }

    [Fact]
    public void A_directory_that_does_not_exist_has_none()
    {
        using var folder = new TempFolder();

        Should.NotThrow(() => Leftovers.Remove(folder["cache"], folder["temp"], Now, NullLogger.Instance));
        Directory.Exists(folder["cache"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_start_cleans_the_cache()
    {
        using var folder = new TempFolder();
        var part = File(folder, "cache/sha256/abc.tar.1.part", DateTimeOffset.UtcNow.AddDays(-2));

        await using var executor = await RunningExecutor.StartAsync(new ExecutorOptions
        {
            Models = [new ModelSource("half", OnnxFiles.HalfPlusTwo(folder["half"]), null)],
            Cache = folder["cache"],
        });

        await RunningExecutor.UntilAsync(() => !Path.Exists(part));
        Path.Exists(part).ShouldBeFalse();
    }

    private static string File(TempFolder folder, string name, DateTimeOffset written)
    {
        var path = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, "half of it");
        System.IO.File.SetLastWriteTimeUtc(path, written.UtcDateTime);
        return path;
    }
}
