using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class ImportTfjsTests : IAsyncLifetime
{
    private readonly CommandLine _line = CommandLine.WithoutPlatform();

    public Task InitializeAsync()
    {
        _line.Write(
            "web/model.json",
            """
            {"format": "graph-model", "signature": {"outputs": {"sum:0": {"name": "y:0"}}}, "modelTopology": {"node": [
              {"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}, "shape": {"shape": {"dim": [{"size": "-1"}, {"size": "2"}]}}}},
              {"name": "w", "op": "Const", "attr": {"dtype": {"type": "DT_FLOAT"}}},
              {"name": "y", "op": "AddV2", "input": ["x", "w"], "attr": {"T": {"type": "DT_FLOAT"}}}]},
             "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": [
               {"name": "w", "shape": [2], "dtype": "float32", "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1}}]}]}
            """);
        _line.Write("web/group1-shard1of1.bin", [2, 4]);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Theory]
    [InlineData("web")]
    [InlineData("web/model.json")]
    public async Task A_web_model_becomes_a_SavedModel_without_a_platform(string model)
    {
        var result = await _line.RunAsync("models", "import-tfjs", model, "--out", "saved/1", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        var file = Path.Combine(_line.CurrentDirectory, "saved", "1", "saved_model.pb");
        result.Json.GetProperty("file").GetString().ShouldBe(file);
        result.Json.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(file).Length);
        var input = result.Json.GetProperty("inputs")[0];
        input.GetProperty("name").GetString().ShouldBe("x");
        input.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ShouldBe([-1, 2]);
        result.Json.GetProperty("outputs")[0].GetProperty("name").GetString().ShouldBe("sum");
    }

    [Fact]
    public async Task People_see_the_tensors_as_a_table()
    {
        var result = await _line.RunAsync("models", "import-tfjs", "web", "--out", "saved");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldContain("saved_model.pb");
        result.Out.ShouldMatch(@"in +x +float32 +\[-1,2\]");
        result.Out.ShouldMatch(@"out +sum +float32 +\?");
    }

    [Fact]
    public async Task A_broken_model_a_full_directory_and_a_missing_option_end_in_2()
    {
        _line.Write("full/precious.txt", "mine");
        var full = await _line.RunAsync("models", "import-tfjs", "web", "--out", "full");
        var missing = await _line.RunAsync("models", "import-tfjs", "web");
        _line.Write("web/group1-shard1of1.bin", [2]);
        var broken = await _line.RunAsync("models", "import-tfjs", "web", "--out", "saved");

        full.ExitCode.ShouldBe(2);
        full.Error.ShouldContain("is not empty");
        missing.ExitCode.ShouldBe(2);
        missing.Error.ShouldContain("--out");
        broken.ExitCode.ShouldBe(2);
        broken.Error.ShouldContain("model.json: weightsManifest[0].weights[0]: (w) needs 2 bytes; 1 are left");
    }
}
