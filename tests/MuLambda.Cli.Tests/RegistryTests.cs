using System.Text.Json;
using MuLambda.Cli.Terminal;
using MuLambda.Cli.Tests.Platform;

namespace MuLambda.Cli.Tests;

/// <summary>The command against the registry itself.</summary>
public sealed class RegistryTests(RegistryProcess registry) : IClassFixture<RegistryProcess>
{
    [Fact]
    public async Task The_digit_zoo_is_pushed_once_listed_shown_and_deleted()
    {
        var first = await RunAsync("models", "push", "--zoo", "digits");
        var second = await RunAsync("models", "push", "--zoo", "digits");

        Created(first).ShouldBe([true, true, true, true]);
        Created(second).ShouldBe([false, false, false, false]);
        var listed = await RunAsync("models", "list", "--task", "classification");
        listed.EnumerateArray().Select(model => model.GetProperty("name").GetString())
            .ShouldBe(["digits-cnn", "digits-linear", "digits-mlp-small", "digits-mlp-wide"]);
        (await RunAsync("models", "list", "--task", "detection")).GetArrayLength().ShouldBe(0);
        var shown = await RunAsync("models", "show", "digits-cnn");
        shown.GetProperty("format").GetString().ShouldBe("saved_model");
        var input = shown.GetProperty("signatures")[0].GetProperty("inputs")[0];
        input.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ShouldBe([-1, 28, 28, 1]);
        (await RunAsync("models", "delete", "digits-mlp-small@1")).GetProperty("id").GetString().ShouldBe("digits-mlp-small@1");
        (await RunAsync("models", "list")).GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task An_objective_is_applied_and_told_of_and_a_client_without_one_is_not_found()
    {
        string[] criteria = ["--task", "slo", "--input", "i", "--output", "o"];
        await RunAsync(["clients", "apply", "with-slo", .. criteria, "--slo-ms", "50", "--slo-target", "0.95", "--slo-window", "7d"]);
        await RunAsync(["clients", "apply", "without-slo", .. criteria]);

        var listed = (await RunAsync("slo")).EnumerateArray().Select(status => status.GetProperty("client").GetString()).ToList();
        var shown = await RunAsync("slo", "with-slo");
        var (exitCode, _, error) = await InvokeAsync("slo", "without-slo");

        listed.ShouldContain("with-slo");
        listed.ShouldNotContain("without-slo");
        shown.GetProperty("windowSeconds").GetDouble().ShouldBe(604_800);
        shown.GetProperty("budgetLeft").GetDouble().ShouldBe(1);
        exitCode.ShouldBe(3);
        error.ShouldContain("The client 'without-slo' has no objective");
    }

    [Fact]
    public async Task What_is_no_model_is_refused_with_the_registrys_reason()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        await File.WriteAllTextAsync(file, "This is no model.");
        try
        {
            var (exitCode, _, error) = await InvokeAsync(
                "models", "push", file, "--name", "broken", "--task", "t", "--input", "i", "--output", "o", "--accuracy", "1");

            exitCode.ShouldBe(1);
            var failure = JsonSerializer.Deserialize<JsonElement>(error);
            failure.GetProperty("status").GetInt32().ShouldBe(422);
            failure.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_saved_model_in_text_form_is_read_by_the_registry()
    {
        var directory = Directory.CreateTempSubdirectory("text-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(directory.CreateSubdirectory("1").FullName, "saved_model.pbtxt"),
                """
                saved_model_schema_version: 1
                meta_graphs {
                  meta_info_def { tags: "serve" }
                  graph_def {
                    node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
                    node { name: "y" op: "Neg" input: "x" attr { key: "T" value { type: DT_FLOAT } } }
                  }
                  signature_def {
                    key: "serving_default"
                    value {
                      inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } } }
                      outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } } }
                      method_name: "tensorflow/serving/predict"
                    }
                  }
                }
                """);

            var pushed = await RunAsync(
                "models", "push", directory.FullName, "--name", "text", "--task", "t", "--input", "i", "--output", "o", "--accuracy", "1");

            Created(pushed).ShouldBe([true]);
            var shown = await RunAsync("models", "show", "text");
            shown.GetProperty("format").GetString().ShouldBe("saved_model");
            shown.GetProperty("signatures")[0].GetProperty("outputs")[0].GetProperty("name").GetString().ShouldBe("y");

            // The others of this class count what there is.
            await RunAsync("models", "delete", "text@1");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_client_is_applied_changed_listed_and_deleted()
    {
        string[] apply = ["clients", "apply", "tester", "--task", "t", "--input", "i", "--output", "o", "--min-accuracy", "0.9"];

        var created = await RunAsync(apply);
        var changed = await RunAsync([.. apply, "--max-latency-ms", "20"]);

        created[0].GetProperty("created").GetBoolean().ShouldBeTrue();
        changed[0].GetProperty("created").GetBoolean().ShouldBeFalse();
        var listed = await RunAsync("clients", "list");
        listed[0].GetProperty("criteria").GetProperty("bounds").GetProperty("maxLatencyMs").GetDouble().ShouldBe(20);
        await RunAsync("clients", "delete", "tester");
        (await RunAsync("clients", "list")).GetArrayLength().ShouldBe(0);
        (await InvokeAsync("clients", "delete", "tester")).ExitCode.ShouldBe(3);
    }

    private static IEnumerable<bool> Created(JsonElement pushed) =>
        pushed.EnumerateArray().Select(model => model.GetProperty("created").GetBoolean());

    private async Task<JsonElement> RunAsync(params string[] args)
    {
        var (exitCode, output, error) = await InvokeAsync(args);
        exitCode.ShouldBe(0, error);
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    private async Task<(int ExitCode, string Out, string Error)> InvokeAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = new CliConsole(
            output, error, () => Stream.Null, name => name == "MULAMBDA_REGISTRY" ? registry.Address : null, AppContext.BaseDirectory);
        var exitCode = await new MuLambdaCli(console).RunAsync([.. args, "--json"], CancellationToken.None);
        return (exitCode, output.ToString(), error.ToString());
    }
}
