using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class ZooTests : IAsyncLifetime
{
    private const string Good =
        """
        {"zoo": "pets", "models": [
          {"name": "cat", "version": 1, "path": "cat/1", "task": "classification", "input": "image", "output": "label",
           "accuracy": {"metric": "top-1", "value": 0.9, "dataset": "pets"}, "description": "Purrs."},
          {"name": "dog", "version": 2, "path": "dog.onnx", "task": "classification", "input": "image", "output": "label",
           "accuracy": {"metric": "top-1", "value": 0.8}}]}
        """;

    private CommandLine _line = null!;

    public async Task InitializeAsync()
    {
        _line = await CommandLine.StartAsync();
        _line.Write("models/pets/cat/1/saved_model.pb", "cat");
        _line.Write("models/pets/dog.onnx", "dog");
        _line.Write("models/pets/zoo.json", Good);
    }

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Theory]
    [InlineData("pets", "cat,dog")]
    [InlineData("models/pets", "cat,dog")]
    [InlineData("./models/pets/", "cat,dog")]
    [InlineData("pets/dog", "dog")]
    [InlineData("models/pets/cat", "cat")]
    public async Task A_zoo_is_found_by_name_or_directory_and_one_of_its_models_picked(string zoo, string expected)
    {
        var result = await _line.RunAsync("models", "push", "--zoo", zoo, "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        _line.Platform.Models.Keys.Order().ShouldBe(expected.Split(','));
        result.Json.GetArrayLength().ShouldBe(_line.Platform.Models.Count);
    }

    [Fact]
    public async Task The_repositorys_own_zoo_is_found_from_below_it()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new Terminal.CliConsole(
            output,
            error,
            () => Stream.Null,
            name => name == "MULAMBDA_REGISTRY" ? _line.Platform.Address.ToString() : null,
            AppContext.BaseDirectory);

        var exitCode = await new MuLambdaCli(console).RunAsync(["models", "push", "--zoo", "digits"], CancellationToken.None);

        exitCode.ShouldBe(0, error.ToString());
        _line.Platform.Models.Keys.Order().ShouldBe(["digits-cnn", "digits-linear", "digits-mlp-small", "digits-mlp-wide"]);
    }

    [Theory]
    [InlineData("\"name\": \"dog\"", "\"name\": \"Dog\"", "models[1].name")]
    [InlineData("\"version\": 2", "\"version\": 0", "models[1].version")]
    [InlineData("\"version\": 2", "\"version\": \"2\"", "models[1].version")]
    [InlineData("\"version\": 2, ", "", "models[1].version: is missing")]
    [InlineData("\"path\": \"dog.onnx\"", "\"path\": \"bird.onnx\"", "models[1].path")]
    [InlineData("\"path\": \"dog.onnx\"", "\"path\": \"../../../dog.onnx\"", "models[1].path: leads out of the zoo")]
    [InlineData("\"value\": 0.8", "\"value\": 80", "models[1].accuracy.value")]
    [InlineData("\"metric\": \"top-1\", \"value\": 0.8", "\"value\": 0.8", "models[1].accuracy.metric: is missing")]
    [InlineData("\"description\"", "\"descripton\"", "descripton")]
    [InlineData("\"task\": \"classification\"", "\"task\": \"\"", "models[0].task: is missing")]
    [InlineData("{\"zoo\"", "{{\"zoo\"", "zoo.json")]
    public Task A_wrong_zoo_is_refused_by_the_members_name_before_anything_is_sent(string right, string wrong, string named) =>
        _line.ShouldRefuseZooAsync("pets", Good, right, wrong, named);

    [Fact]
    public async Task A_model_the_zoo_does_not_have_is_refused_with_those_it_has()
    {
        var result = await _line.RunAsync("models", "push", "--zoo", "pets/bird");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("cat, dog");
    }
}
