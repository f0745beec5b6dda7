using System.Formats.Tar;
using System.Net;

namespace MuLambda.Registry.Tests.Models;

public sealed class ModelTests : IAsyncLifetime
{
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync() => _registry = await RegistryServer.StartAsync();

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task An_uploaded_model_is_registered_with_what_was_read_from_it()
    {
        var (model, created) = await Client.PutModelAsync(
            Sample.Upload() with { Description = "says it again" }, Archives.Zip(("saved_model.pb", Sample.SavedModel())));

        created.ShouldBeTrue();
        model.Format.ShouldBe(ModelFormat.SavedModel);
        model.Bytes.ShouldBe(Sample.SavedModel().Length);
        model.Description.ShouldBe("says it again");
        var signature = model.Signatures.ShouldHaveSingleItem();
        signature.Name.ShouldBe("serving_default");
        var input = signature.Inputs.ShouldHaveSingleItem();
        (input.Name, input.DType).ShouldBe(("x", "float32"));
        input.Shape.ShouldBe([-1, 2]);
        (await Client.GetModelAsync("echo", 1))!.Sha256.ShouldBe(model.Sha256);
    }

    [Fact]
    public async Task The_same_files_are_the_same_artifact_whichever_way_they_were_sent()
    {
        var model = Sample.SavedModel();
        Stream[] ways =
        [
            Archives.Zip(("saved_model.pb", model), ("assets/labels.txt", "0123456789"u8.ToArray())),
            Archives.Tar(("assets/labels.txt", "0123456789"u8.ToArray()), ("saved_model.pb", model)),
            Archives.Gzip(Archives.Tar(("./saved_model.pb", model), ("./assets/labels.txt", "0123456789"u8.ToArray()))),
            Archives.Zip(("echo/1/saved_model.pb", model), ("echo/1/assets/labels.txt", "0123456789"u8.ToArray()), ("__MACOSX/x", [1])),
        ];

        var hashes = new List<string>();
        foreach (var (version, way) in ways.Index())
        {
            hashes.Add((await Client.PutModelAsync(Sample.Upload(version: version + 1), way)).Value.Sha256);
        }

        hashes.Distinct().Count().ShouldBe(1);
        Directory.EnumerateFiles(_registry.State, "*.tar", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task The_artifact_is_a_tar_with_the_models_files_at_its_root()
    {
        var bytes = Sample.SavedModel();
        var model = (await Client.PutModelAsync(
            Sample.Upload(), Archives.Tar(("m/7/saved_model.pb", bytes), ("m/7/assets/a", [1, 2])))).Value;
        var tar = new MemoryStream();

        await Client.DownloadArtifactAsync(model, tar);

        tar.Position = 0;
        using var reader = new TarReader(tar);
        var files = new Dictionary<string, byte[]>();
        while (reader.GetNextEntry() is { } entry)
        {
            var content = new MemoryStream();
            entry.DataStream!.CopyTo(content);
            files.Add(entry.Name, content.ToArray());
            entry.ModificationTime.ShouldBe(DateTimeOffset.UnixEpoch);
        }

        files.Keys.ShouldBe(["assets/a", "saved_model.pb"]);
        files["saved_model.pb"].ShouldBe(bytes);
    }

    [Fact]
    public async Task A_download_is_named_by_its_hash_and_can_be_resumed()
    {
        var model = await _registry.PutModelAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/models/echo/versions/latest/artifact");
        request.Headers.Range = new(0, 9);

        using var answer = await _registry.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        answer.Headers.ETag!.Tag.ShouldBe($"\"{model.Sha256}\"");
        (await answer.Content.ReadAsByteArrayAsync()).Length.ShouldBe(10);
    }

    [Fact]
    public async Task Uploading_the_same_again_changes_nothing()
    {
        var first = await _registry.PutModelAsync();

        var (again, created) = await Client.PutModelAsync(
            Sample.Upload(), Archives.Tar(("saved_model.pb", Sample.SavedModel())));

        created.ShouldBeFalse();
        again.CreatedAt.ShouldBe(first.CreatedAt);
    }

    [Fact]
    public async Task A_version_never_changes()
    {
        await _registry.PutModelAsync();

        var other = await RefusalAsync(Sample.Upload(), Archives.Zip(("saved_model.pb", Sample.SavedModel(note: "other"))));
        var traits = await RefusalAsync(
            Sample.Upload() with { Traits = new Traits("classification", "image", "tensor") }, new MemoryStream([1]));

        other.Status.ShouldBe(HttpStatusCode.Conflict);
        other.Detail!.ShouldContain("other files");
        traits.Status.ShouldBe(HttpStatusCode.Conflict);
        traits.Detail!.ShouldContain("traits");
        Directory.EnumerateFiles(_registry.State, "*.tar", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Of_concurrent_uploads_of_one_version_one_wins()
    {
        var uploads = Enumerable.Range(0, 6).Select(async i =>
        {
            try
            {
                var content = Archives.Zip(("saved_model.pb", Sample.SavedModel(note: $"variant{i % 2}")));
                var (model, created) = await Client.PutModelAsync(Sample.Upload(), content);
                return (Status: created ? 201 : 200, model.Sha256);
            }
            catch (RegistryException refused)
            {
                return ((int)refused.Status, null!);
            }
        });

        var outcomes = await Task.WhenAll(uploads);

        outcomes.Count(o => o.Status == 201).ShouldBe(1);
        outcomes.Count(o => o.Status == 200).ShouldBe(2);
        outcomes.Count(o => o.Status == 409).ShouldBe(3);
        var stored = (await Client.GetModelAsync("echo"))!;
        outcomes.Where(o => o.Sha256 is not null).ShouldAllBe(o => o.Sha256 == stored.Sha256);
        await Client.DownloadArtifactAsync(stored, Stream.Null);
    }

    [Fact]
    public async Task A_model_with_an_unknown_operator_is_refused_by_operator_and_node()
    {
        var refused = await RefusalAsync(
            Sample.Upload(), Archives.Zip(("m/saved_model.pb", Sample.SavedModel(op: "FancyFourier"))));

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Detail!.ShouldContain("FancyFourier");
        refused.Detail!.ShouldContain("the-answer");
        refused.Detail!.ShouldNotContain(_registry.State);
        (await Client.ListModelsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_wrong_parameter_of_an_upload_is_named()
    {
        using var answer = await _registry.Http.PutAsync(
            "v1/models/Echo/versions/1?task=&input=image&output=label&metric=top-1&accuracy=91&acuracy=1", new ByteArrayContent([1]));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var text = await answer.Content.ReadAsStringAsync();
        foreach (var path in new[] { "\"name\"", "\"task\"", "\"accuracy\"", "\"acuracy\"" })
        {
            text.ShouldContain(path);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("9007199254740992")]
    [InlineData("99999999999999999999")]
    public async Task A_version_that_is_no_version_is_refused(string version)
    {
        using var answer = await _registry.Http.GetAsync($"v1/models/echo/versions/{version}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("version");
    }

    [Fact]
    public async Task Models_are_listed_by_name_and_version_and_filtered_by_traits()
    {
        await _registry.PutModelAsync("b", 10);
        await _registry.PutModelAsync("b", 2);
        await _registry.PutModelAsync("a", 1);
        await Client.PutModelAsync(
            Sample.Upload("c") with { Traits = new Traits("embedding", "text", "tensor") },
            Archives.Zip(("saved_model.pb", Sample.SavedModel())));

        (await Client.ListModelsAsync()).Select(m => $"{m.Reference}").ShouldBe(["a@1", "b@2", "b@10", "c@1"]);
        (await Client.ListModelsAsync(task: "embedding")).ShouldHaveSingleItem().Name.ShouldBe("c");
        (await Client.ListModelsAsync(input: "image", output: "label", name: "b")).Count.ShouldBe(2);
        (await Client.ListModelsAsync(output: "box")).ShouldBeEmpty();
        (await Client.ListModelVersionsAsync("b")).Select(m => m.Version).ShouldBe([10, 2]);
        (await Client.GetModelAsync("b"))!.Version.ShouldBe(10);
        (await Client.ListModelVersionsAsync("z")).ShouldBeEmpty();
        (await Client.GetModelAsync("z")).ShouldBeNull();
    }

    [Fact]
    public async Task A_model_that_an_executor_serves_is_not_deleted()
    {
        await _registry.PutModelAsync();
        await Client.PutExecutorAsync(Sample.Executor("e1", new ModelReference("echo", 1)));

        var refused = await Should.ThrowAsync<RegistryException>(() => Client.DeleteModelAsync("echo", 1));

        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Detail!.ShouldContain("e1");
        await Client.DeleteExecutorAsync("e1");
        (await Client.DeleteModelAsync("echo", 1)).ShouldBeTrue();
        (await Client.DeleteModelAsync("echo", 1)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_artifact_goes_with_the_last_model_that_has_it()
    {
        await _registry.PutModelAsync("a");
        var other = await _registry.PutModelAsync("b");

        await Client.DeleteModelAsync("a", 1);
        await Client.DownloadArtifactAsync(other, Stream.Null);
        await Client.DeleteModelAsync("b", 1);

        Directory.EnumerateFiles(_registry.State, "*.tar", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_collected_at_the_start_and_what_is_registered_stays()
    {
        var model = await _registry.PutModelAsync();
        await _registry.StopAsync();
        var artifact = Directory.EnumerateFiles(_registry.State, "*.tar", SearchOption.AllDirectories).Single();
        var orphan = Path.Combine(Path.GetDirectoryName(artifact)!, new string('0', 64) + ".tar");
        File.Copy(artifact, orphan);
        var leftover = Directory.CreateDirectory(Path.Combine(_registry.State, "uploads", "half"));

        await _registry.StartAsync();

        File.Exists(orphan).ShouldBeFalse();
        Directory.Exists(leftover.FullName).ShouldBeFalse();
        await Client.DownloadArtifactAsync(model, Stream.Null);
        (await Client.GetModelAsync("echo"))!.CreatedAt.ShouldBe(model.CreatedAt);
    }

    [Fact]
    public async Task An_upload_tells_how_far_it_is_and_leaves_nothing_behind()
    {
        var content = Archives.Tar(("saved_model.pb", Sample.SavedModel()), ("assets/a", new byte[500_000]));
        var progress = new Progress();

        await Client.PutModelAsync(Sample.Upload(), content, progress);

        progress.Values.Last().ShouldBe(content.Length);
        progress.Values.ShouldBe(progress.Values.Order());
        Directory.EnumerateFileSystemEntries(Path.Combine(_registry.State, "uploads")).ShouldBeEmpty();
    }

    private async Task<RegistryException> RefusalAsync(ModelUpload upload, Stream content) =>
        await Should.ThrowAsync<RegistryException>(() => Client.PutModelAsync(upload, content));

    private sealed class Progress : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}
