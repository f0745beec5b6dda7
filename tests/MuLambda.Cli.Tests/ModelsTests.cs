using System.Formats.Tar;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class ModelsTests : IAsyncLifetime
{
    private static readonly string[] Traits = ["--task", "classification", "--input", "image", "--output", "label", "--accuracy", "0.9"];

    private CommandLine _line = null!;

    public async Task InitializeAsync() => _line = await CommandLine.StartAsync();

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public async Task A_saved_model_is_pushed_with_its_traits_and_pushing_it_again_changes_nothing()
    {
        _line.Write("flowers/saved_model.pb", "graph");
        _line.Write("flowers/variables/variables.index", "index");
        string[] push =
        [
            "models", "push", "flowers", "--name", "flowers", "--version", "3", .. Traits,
            "--metric", "top-1", "--dataset", "iris & co", "--description", "Says what blooms.",
        ];

        var first = await _line.RunAsync([.. push, "--json"]);
        var second = await _line.RunAsync([.. push, "--json"]);

        first.ExitCode.ShouldBe(0, first.Error);
        first.Json[0].GetProperty("created").GetBoolean().ShouldBeTrue();
        second.ExitCode.ShouldBe(0, second.Error);
        second.Json[0].GetProperty("created").GetBoolean().ShouldBeFalse();
        var model = _line.Platform.Models["flowers"];
        model.Version.ShouldBe(3);
        model.Traits.ShouldBe(new("classification", "image", "label"));
        model.Accuracy.ShouldBe(new("top-1", 0.9, "iris & co"));
        model.Description.ShouldBe("Says what blooms.");
        EntriesOf("flowers").ShouldBe(["saved_model.pb", "variables/variables.index"]);
    }

    [Fact]
    public async Task An_onnx_file_is_pushed_as_a_tar_and_an_archive_as_it_is()
    {
        _line.Write("net.onnx", "onnx");
        _line.Write("net.zip", "PK and so on");

        (await _line.RunAsync(["models", "push", "net.onnx", "--name", "net", .. Traits])).ExitCode.ShouldBe(0);
        (await _line.RunAsync(["models", "push", "net.zip", "--name", "zipped", .. Traits])).ExitCode.ShouldBe(0);

        EntriesOf("net").ShouldBe(["net.onnx"]);
        _line.Platform.Models["net"].Version.ShouldBe(1);
        _line.Platform.Artifacts["zipped"].ShouldBe("PK and so on"u8.ToArray());
    }

    [Fact]
    public async Task The_newest_version_is_pushed_from_servings_layout()
    {
        _line.Write("served/2/saved_model.pb", "old");
        _line.Write("served/10/saved_model.pb", "newest");

        (await _line.RunAsync(["models", "push", "served", "--name", "served", .. Traits])).ExitCode.ShouldBe(0);

        using var tar = new TarReader(new MemoryStream(_line.Platform.Artifacts["served"]));
        using var content = new StreamReader(tar.GetNextEntry()!.DataStream!);
        (await content.ReadToEndAsync()).ShouldBe("newest");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("text/3")]
    public async Task A_saved_model_in_text_form_is_pushed_from_its_directory_or_servings_layout(string directory)
    {
        _line.Write("text/3/saved_model.pbtxt", "graph");
        _line.Write("text/3/variables/variables.index", "index");

        (await _line.RunAsync(["models", "push", directory, "--name", "text", .. Traits])).ExitCode.ShouldBe(0);

        EntriesOf("text").ShouldBe(["saved_model.pbtxt", "variables/variables.index"]);
    }

    [Fact]
    public async Task A_refused_model_ends_in_1_with_the_reason()
    {
        _line.Write("net.onnx", "onnx");
        _line.Platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 422, new
            {
                title = "Unprocessable", status = 422, detail = "Operator FancyOp of node 'a/b' is not supported.",
                errors = new Dictionary<string, string[]> { ["accuracy"] = ["must be from 0 to 1."] },
            });
            return true;
        };

        var text = await _line.RunAsync(["models", "push", "net.onnx", "--name", "net", .. Traits]);
        var json = await _line.RunAsync(["models", "push", "net.onnx", "--name", "net", .. Traits, "--json"]);

        text.ExitCode.ShouldBe(1);
        text.Out.ShouldBeEmpty();
        text.Error.ShouldContain("FancyOp");
        text.Error.ShouldContain("accuracy: must be from 0 to 1.");
        json.Out.ShouldBeEmpty();
        json.ErrorJson.GetProperty("status").GetInt32().ShouldBe(422);
        json.ErrorJson.GetProperty("errors").GetProperty("accuracy")[0].GetString().ShouldBe("must be from 0 to 1.");
    }

    [Theory]
    [InlineData("models push")]
    [InlineData("models push net.onnx --zoo digits")]
    [InlineData("models push net.onnx --name net")]
    [InlineData("models push --zoo digits --version 2")]
    [InlineData("models push missing.onnx --name net --task t --input i --output o --accuracy 1")]
    [InlineData("models push empty --name net --task t --input i --output o --accuracy 1")]
    [InlineData("models push net.onnx --name Net --task t --input i --output o --accuracy 1")]
    [InlineData("models push net.onnx --name net --task t --input i --output o --accuracy 2")]
    [InlineData("models push net.onnx --name net --task t --input i --output o --accuracy 1 --version 0")]
    [InlineData("models push net.onnx --name net --task t --input i --output o --accuracy much")]
    [InlineData("models push --zoo nowhere")]
    [InlineData("models delete net")]
    [InlineData("models show net@zero")]
    public async Task A_wrong_command_line_ends_in_2_and_sends_nothing(string command)
    {
        _line.Write("net.onnx", "onnx");
        _line.Write("empty/readme.txt", "No model.");

        var result = await _line.RunAsync(command.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldStartWith("error: ");
        _line.Platform.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Models_are_listed_shown_and_deleted()
    {
        _line.Write("net.onnx", "onnx");
        await _line.RunAsync(["models", "push", "net.onnx", "--name", "net", .. Traits]);

        var list = await _line.RunAsync("models", "list", "--task", "classification", "--output", "label");
        var listed = await _line.RunAsync("models", "list", "--json");
        var show = await _line.RunAsync("models", "show", "net");
        var shown = await _line.RunAsync("models", "show", "net@1", "--json");
        var deleted = await _line.RunAsync("models", "delete", "net@1");
        var again = await _line.RunAsync("models", "delete", "net@1");
        var gone = await _line.RunAsync("models", "show", "net");

        list.Out.ShouldContain("net@1");
        _line.Platform.Seen.Single(call => call.Query.Length > 0 && call.Request == "GET /v1/models").Query
            .ShouldBe("?task=classification&output=label");
        listed.Json[0].GetProperty("name").GetString().ShouldBe("net");
        show.Out.ShouldContain("float32");
        show.Out.ShouldContain("[-1,28,28,1]");
        shown.Json.GetProperty("signatures")[0].GetProperty("inputs")[0].GetProperty("dType").GetString().ShouldBe("float32");
        deleted.ExitCode.ShouldBe(0);
        again.ExitCode.ShouldBe(3);
        gone.ExitCode.ShouldBe(3);
        gone.Error.ShouldContain("net");
    }

    [Fact]
    public async Task Executors_are_listed()
    {
        _line.Platform.Executors.Add(new(
            "digits-cnn", "edge-1", [new("digits-cnn", 1)], new("http://127.0.0.1:8501"), Catalog.ExecutorState.Ready, new(3, 4)));

        var text = await _line.RunAsync("executors", "list", "--model", "digits-cnn@1", "--node", "edge-1");
        var json = await _line.RunAsync("executors", "list", "--json");

        text.Out.Split('\n')[1].Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ShouldBe(["digits-cnn", "edge-1", "ready", "digits-cnn@1", "http://127.0.0.1:8501", "3", "4"]);
        _line.Platform.Seen.First().Query.ShouldBe("?model=digits-cnn%401&node=edge-1");
        json.Json[0].GetProperty("load").GetProperty("inFlight").GetInt32().ShouldBe(3);
    }

    private List<string> EntriesOf(string model)
    {
        using var tar = new TarReader(new MemoryStream(_line.Platform.Artifacts[model]));
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }
}
