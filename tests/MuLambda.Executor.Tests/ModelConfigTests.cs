using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;

namespace MuLambda.Executor.Tests;

public sealed class ModelConfigTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_of_TensorFlow_Serving_is_read()
    {
        var models = Read("""
            # As its documentation has it.
            model_config_list {
              config {
                name: 'my_first_model'
                base_path: '/tmp/my_first_model/'
                model_platform: 'tensorflow'
              }
              config {
                name: "second"
                base_path: "/models/second"
                model_version_policy { specific { versions: 42 versions: 43 } }
                version_labels { key: 'stable' value: 42 }
                version_labels { key: 'canary' value: 43 }
              }
              config { name: "third" base_path: "/models/third" model_version_policy: { latest { num_versions: 2 } } }
              config { name: "fourth" model_version_policy { all {} } }
            }
            """);

        models.Select(model => (model.Name, model.Path, model.Policy.ToString())).ShouldBe(
        [
            ("my_first_model", "/tmp/my_first_model/", "latest:1"),
            ("second", "/models/second", "specific:42,43"),
            ("third", "/models/third", "latest:2"),
            ("fourth", null, "all"),
        ]);
        models[1].Labels.ShouldBe(new Dictionary<string, long> { ["stable"] = 42, ["canary"] = 43 }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("model_config_list { config { nam: 'a' } }", "line 1")]
    [InlineData("model_config_list { config { name: 'a' base_path: 'models/a' } }", "Expected model a to have an absolute path")]
    [InlineData("model_config_list { config { name: 'a' base_path: '/a' } config { name: 'a' base_path: '/b' } }", "multiple times")]
    [InlineData("model_config_list { config { name: 'a' base_path: '/a' model_platform: 'caffe' } }", "'caffe'")]
    [InlineData("model_config_list { config { name: 'a' base_path: '/a' model_version_policy { specific {} } } }", "names no version")]
    [InlineData("model_config_list { config { name: 'a b' base_path: '/a' } }", "'a b' is no model name")]
    public void A_file_that_cannot_be_served_says_why(string text, string reason) =>
        Should.Throw<InvalidDataException>(() => Read(text)).Message.ShouldContain(reason);

    [Fact]
    public async Task The_file_is_applied_again_when_it_changes_and_a_wrong_one_changes_nothing()
    {
        foreach (var version in new[] { 1, 2 })
        {
            OnnxFiles.Affine(_folder[$"a/{version}"], 1f, version);
            OnnxFiles.Affine(_folder[$"b/{version}"], 1f, version);
        }

        Write($"model_config_list {{ config {{ name: 'a' base_path: '{_folder["a"]}' model_version_policy {{ all {{}} }} version_labels {{ key: 'stable' value: 1 }} }} }}");
        await using var executor = await RunningExecutor.StartAsync(new ExecutorOptions
        {
            ModelConfig = _folder["models.config"],
            ModelConfigPoll = TimeSpan.FromMilliseconds(20),
        });
        using (var lease = await executor.Models.AcquireAsync("a", VersionChoice.Labelled("stable"), CancellationToken.None))
        {
            lease.Version.ShouldBe(1);
        }

        Write("model_config_list {");
        Write($"model_config_list {{ config {{ name: 'b' base_path: '{_folder["b"]}' }} }}");

        await RunningExecutor.UntilAsync(() => executor.Models.Names is ["b"] && executor.Models.IsReady(out _));
        executor.Models.Status("b", VersionChoice.Latest).Single().ShouldBe(new VersionStatus(2, ModelState.Available));
    }

    private void Write(string text)
    {
        File.WriteAllText(_folder["models.config.new"], text);
        File.Move(_folder["models.config.new"], _folder["models.config"], overwrite: true);
    }

    private IReadOnlyList<ConfiguredModel> Read(string text)
    {
        Write(text);
        return ServerConfig.Read(_folder["models.config"]);
    }
}
