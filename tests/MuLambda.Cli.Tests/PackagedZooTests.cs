using System.Formats.Tar;
using System.Text;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Cli.Tests;

/// <summary>Zoos whose models come in an npm package, as TensorFlow.js models.</summary>
public sealed class PackagedZooTests : IAsyncLifetime
{
    private const string Zoo =
        """
        {"zoo": "seen", "packages": {"them": {"npm": "@them/models", "version": "1.2.3", "integrity": "INTEGRITY"}}, "models": [
          {"name": "plus", "version": 1, "package": "them", "path": "models/plus.json", "import": "tfjs", "task": "addition", "input": "tensor",
           "output": "tensor", "accuracy": {"metric": "unpublished", "value": 0}},
          {"name": "plus-more", "version": 1, "package": "them", "path": "models/more/plus.json", "import": "tfjs", "task": "addition", "input": "tensor",
           "output": "tensor", "accuracy": {"metric": "unpublished", "value": 0}}]}
        """;

    private static readonly string AnyIntegrity = $"sha512-{Convert.ToBase64String(new byte[64])}";

    private CommandLine _line = null!;

    public async Task InitializeAsync() => _line = await CommandLine.StartAsync();

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public async Task The_package_is_fetched_once_and_its_models_are_imported_and_pushed()
    {
        var npm = new FakeNpm(_line);
        WriteZoo(PackModels(npm));

        var one = await _line.RunAsync("models", "push", "--zoo", "seen/plus");
        var all = await _line.RunAsync("models", "push", "--zoo", "seen", "--json");

        one.ExitCode.ShouldBe(0, one.Error);
        one.Error.ShouldContain("fetching @them/models@1.2.3 by npm into");
        all.ExitCode.ShouldBe(0, all.Error);
        all.Error.ShouldBeEmpty();
        npm.Calls.ShouldBe(["@them/models@1.2.3"]);
        Directory.GetFiles(Path.Combine(npm.CacheHome, "mulambda", "npm")).ShouldHaveSingleItem().ShouldContain("them-models-1.2.3-");
        Directory.GetDirectories(Path.Combine(npm.CacheHome, "mulambda", "npm")).ShouldBeEmpty();
        _line.Platform.Models.Keys.Order().ShouldBe(["plus", "plus-more"]);
        WeightOf("plus").ShouldBe([1, 2]);
        WeightOf("plus-more").ShouldBe([3, 4]);
    }

    [Fact]
    public async Task The_cache_may_be_elsewhere_and_what_was_changed_in_it_is_fetched_again()
    {
        var npm = new FakeNpm(_line);
        WriteZoo(PackModels(npm));
        string[] push = ["models", "push", "--zoo", "seen/plus", "--cache", "kept"];
        (await _line.RunAsync(push)).ExitCode.ShouldBe(0);
        var kept = Directory.GetFiles(Path.Combine(_line.CurrentDirectory, "kept")).ShouldHaveSingleItem();
        await File.AppendAllTextAsync(kept, "changed");

        (await _line.RunAsync(push)).ExitCode.ShouldBe(0);

        npm.Calls.Count.ShouldBe(2);
        Directory.Exists(npm.CacheHome).ShouldBeFalse();
    }

    [Fact]
    public async Task Another_package_than_the_zoo_means_is_refused_and_not_kept()
    {
        var npm = new FakeNpm(_line);
        var meant = PackModels(npm);
        npm.Pack(("package/models/plus.json", "{}"u8.ToArray()));
        WriteZoo(meant);

        var result = await _line.RunAsync("models", "push", "--zoo", "seen");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("What npm fetched as @them/models@1.2.3 is not the package the zoo means");
        Directory.GetFileSystemEntries(Path.Combine(npm.CacheHome, "mulambda", "npm")).ShouldBeEmpty();
        _line.Platform.Models.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_npm_the_command_says_what_to_install()
    {
        WriteZoo(AnyIntegrity);
        _line.Environment["PATH"] = _line.CurrentDirectory;

        var result = await _line.RunAsync("models", "push", "--zoo", "seen", "--cache", "kept");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("npm, which fetches @them/models@1.2.3, was not found on the PATH: install Node.js");
    }

    [Fact]
    public async Task What_npm_says_when_it_fails_is_told()
    {
        _ = new FakeNpm(_line, "echo 'no such package' >&2; exit 7");
        WriteZoo(AnyIntegrity);

        var result = await _line.RunAsync("models", "push", "--zoo", "seen");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("npm could not fetch @them/models@1.2.3 (exit code 7): no such package");
    }

    [Fact]
    public async Task An_interrupted_fetch_ends_npm_and_leaves_nothing_behind()
    {
        var npm = new FakeNpm(_line, "echo $$ > \"$FAKE/unfinished\"; mv \"$FAKE/unfinished\" \"$FAKE/started\"; exec sleep 600");
        WriteZoo(AnyIntegrity);
        var started = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(Path.Combine(_line.CurrentDirectory, "bin"), "started");
        watcher.Renamed += (_, change) => started.TrySetResult(change.FullPath);
        watcher.EnableRaisingEvents = true;
        using var interrupt = new CancellationTokenSource();

        var command = _line.RunAsync(["models", "push", "--zoo", "seen"], interrupt.Token);
        var id = int.Parse(
            await File.ReadAllTextAsync(await started.Task.WaitAsync(TimeSpan.FromMinutes(1))), System.Globalization.CultureInfo.InvariantCulture);
        using var process = System.Diagnostics.Process.GetProcessById(id);
        await interrupt.CancelAsync();
        var result = await command.WaitAsync(TimeSpan.FromMinutes(1));

        result.ExitCode.ShouldBe(130);
        process.WaitForExit(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        Directory.GetFileSystemEntries(Path.Combine(npm.CacheHome, "mulambda", "npm")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_the_package_lacks_and_a_broken_model_are_named()
    {
        var npm = new FakeNpm(_line);
        WriteZoo(npm.Pack(("package/models/more/plus.json", Model("weights.bin"))));
        var lacking = await _line.RunAsync("models", "push", "--zoo", "seen");
        WriteZoo(npm.Pack(("package/models/plus.json", Model("../../weights.bin")), ("package/models/more/plus.json", Model("weights.bin"))));
        var leading = await _line.RunAsync("models", "push", "--zoo", "seen");

        lacking.ExitCode.ShouldBe(1);
        lacking.Error.ShouldContain("has no models/plus.json");
        leading.ExitCode.ShouldBe(2);
        leading.Error.ShouldContain("weightsManifest[0].paths[0]: is '../../weights.bin', which leads out of the model's directory");
        _line.Platform.Models.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"@them/models\"", "\"--registry=here\"", "packages.them.npm")]
    [InlineData("\"@them/models\"", "\"../models\"", "packages.them.npm")]
    [InlineData("\"1.2.3\"", "\"latest\"", "packages.them.version")]
    [InlineData("sha512-", "sha1-", "packages.them.integrity")]
    [InlineData("\"package\": \"them\", \"path\": \"models/plus.json\"", "\"package\": \"others\", \"path\": \"models/plus.json\"", "models[0].package: names 'others'")]
    [InlineData("models/plus.json", "models/../../plus.json", "models[0].path: leads out of the package")]
    [InlineData("models/plus.json", "/models/plus.json", "models[0].path: leads out of the package")]
    [InlineData("models/plus.json", "models/plus.bin", "models[0].path: has to name a model's .json file")]
    [InlineData("\"import\": \"tfjs\", \"task\": \"addition\", \"input\": \"tensor\",\n   \"output\"", "\"task\": \"addition\", \"input\": \"tensor\",\n   \"output\"", "models[0].import: is missing")]
    [InlineData("\"tfjs\"", "\"keras\"", "models[0].import: is 'keras'")]
    public Task A_wrong_declaration_is_refused_by_its_member(string right, string wrong, string named) =>
        _line.ShouldRefuseZooAsync("seen", Declare(AnyIntegrity), right, wrong, named);

    [Fact]
    public async Task The_vision_zoo_is_found_beside_the_program_and_names_its_models()
    {
        var result = await _line.RunAsync("models", "push", "--zoo", "vision/movenet-lightening");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("has no model 'movenet-lightening'; it has movenet-lightning, movenet-thunder, blazepose-lite");
    }

    [Fact]
    public async Task A_cache_goes_with_a_zoo_only()
    {
        var result = await _line.RunAsync("models", "push", "net.onnx", "--cache", "kept");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("--cache goes with --zoo.");
    }

    private void WriteZoo(string integrity) => _line.Write("models/seen/zoo.json", Declare(integrity));

    private static string Declare(string integrity) => Zoo.Replace("INTEGRITY", integrity, StringComparison.Ordinal);

    private static string PackModels(FakeNpm npm) => npm.Pack(
        ("package/README.md", "not needed"u8.ToArray()),
        ("package/models/more/plus.json", Model("weights.bin")),
        ("package/models/more/weights.bin", [3, 0, 0, 0, 4, 0, 0, 0]),
        ("package/models/plus.bin", [1, 0, 0, 0, 2, 0, 0, 0]),
        ("package/models/plus.json", Model("plus.bin")));

    private static byte[] Model(string weights) => Encoding.UTF8.GetBytes(
        """
        {"format": "graph-model", "modelTopology": {"node": [
          {"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_INT32"}}},
          {"name": "w", "op": "Const", "attr": {"dtype": {"type": "DT_INT32"}}},
          {"name": "y", "op": "AddV2", "input": ["x", "w"], "attr": {"T": {"type": "DT_INT32"}}}]},
         "weightsManifest": [{"paths": ["WEIGHTS"], "weights": [{"name": "w", "shape": [2], "dtype": "int32"}]}]}
        """.Replace("WEIGHTS", weights, StringComparison.Ordinal));

    private int[] WeightOf(string model)
    {
        using var tar = new TarReader(new MemoryStream(_line.Platform.Artifacts[model]));
        var entry = tar.GetNextEntry()!;
        entry.Name.ShouldBe("saved_model.pb");
        var saved = SavedModel.Parser.ParseFrom(entry.DataStream!);
        var content = saved.MetaGraphs[0].GraphDef.Node.Single(node => node.Name == "w").Attr["value"].Tensor.TensorContent;
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(content.Span).ToArray();
    }
}
