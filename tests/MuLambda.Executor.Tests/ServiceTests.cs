using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Health;
using MuLambda.Protocol.Serving;
using ServingStatus = MuLambda.Protocol.Health.HealthCheckResponse.Types.ServingStatus;

namespace MuLambda.Executor.Tests;

public sealed class ServiceTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RunningExecutor _executor = null!;

    public async Task InitializeAsync() => _executor = await RunningExecutor.StartAsync(new ExecutorOptions
    {
        Models =
        [
            new ModelSource("half", OnnxFiles.HalfPlusTwo(_folder["half"]), null),
            new ModelSource("examples", ExampleModel.Write(_folder["examples"]), null),
        ],
        MaxRequestBytes = 100_000,
    });

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Metadata_names_the_tensors_of_a_SavedModels_graph_by_rest_and_grpc()
    {
        var signatures = (await _executor.GetAsync("/v1/models/examples/metadata")).Body
            .GetProperty("metadata").GetProperty("signature_def").GetProperty("signature_def");
        var metadata = await _executor.Connect().UnaryAsync(
            PredictionService.GetModelMetadata,
            new GetModelMetadataRequest { ModelSpec = new ModelSpec { Name = "examples" }, MetadataField = { "signature_def" } });

        var regress = signatures.GetProperty("regress");
        regress.GetProperty("inputs").GetProperty("inputs").GetProperty("name").GetString().ShouldBe("examples:0");
        regress.GetProperty("outputs").GetProperty("outputs").GetProperty("name").GetString().ShouldBe("y:0");
        var definition = metadata.Metadata["signature_def"].Unpack<SignatureDefMap>().SignatureDef["regress"];
        definition.Inputs["inputs"].Name.ShouldBe("examples:0");
        definition.Outputs["outputs"].Name.ShouldBe("y:0");
    }

    [Theory]
    [InlineData("regress", """{"signature_name": "regress", "examples": [{"x": 1.0}, {"x": [2.0]}]}""", """{"results":[2.5,3.0]}""")]
    [InlineData("regress", """{"signature_name": "regress", "context": {"x": 5.0}, "examples": [{}, {"x": 1.0}]}""", """{"results":[4.5,2.5]}""")]
    [InlineData("classify", """{"signature_name": "classify", "examples": [{"x": 1.0}]}""", """{"results":[[["",2.5]]]}""")]
    [InlineData("predict", """{"instances": [{"b64": "Cg8KDQoBeBIIEgYKBAAAoEA="}]}""", """{"predictions":[[4.5]]}""")]
    public async Task Examples_are_classified_and_regressed_over_rest_and_predict_takes_their_bytes(string verb, string body, string expected)
    {
        var (status, answer) = await _executor.PostAsync($"/v1/models/examples:{verb}", body);

        answer.GetRawText().ShouldBe(expected);
        status.ShouldBe(200);
    }

    [Theory]
    [InlineData("classify", """{"signature_name": "regress", "examples": [{"x": 1.0}]}""", "at least one of \"classes\" or \"scores\"")]
    [InlineData("regress", """{"signature_name": "nothing", "examples": [{"x": 1.0}]}""", "No signature was found with the name: nothing")]
    [InlineData("regress", """{"signature_name": "regress", "examples": []}""", "examples: the list is empty")]
    [InlineData("regress", """{"signature_name": "regress", "examples": [{"x": 1.0}, x]}""", "JSON Parse error: Unexpected 'x' at offset: 55")]
    [InlineData("predict", """{"signature_name": "nothing", "instances": ["a"]}""", "Serving signature name: \"nothing\" not found in signature def")]
    public async Task What_does_not_fit_the_signature_says_so(string verb, string body, string reason)
    {
        var (status, answer) = await _executor.PostAsync($"/v1/models/examples:{verb}", body);

        answer.GetProperty("error").GetString().ShouldNotBeNull().ShouldContain(reason);
        status.ShouldBe(400);
    }

    [Fact]
    public async Task Bodies_travel_in_gzip_both_ways()
    {
        var instances = string.Join(',', Enumerable.Repeat("2", 5_000));
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"instances": [{{instances}}]}"""));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/half:predict") { Content = new ByteArrayContent(packed.ToArray()) };
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        using var response = await _executor.Http.SendAsync(request);

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        await using var unpacked = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        (await reader.ReadToEndAsync()).ShouldBe($$"""{"predictions":[{{string.Join(',', Enumerable.Repeat("3.0", 5_000))}}]}""");
    }

    [Theory]
    [InlineData("gzip", 200_000, 413, "100000")]
    [InlineData("gzip", 0, 400, "cannot be unpacked")]
    [InlineData("br", 10, 415, "'br'")]
    public async Task A_body_that_unpacks_beyond_the_limit_or_not_at_all_is_refused(string encoding, int size, int status, string reason)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[size]);
        }

        using var content = new ByteArrayContent(size == 0 ? "no gzip at all"u8.ToArray() : packed.ToArray());
        content.Headers.ContentEncoding.Add(encoding);
        using var response = await _executor.Http.PostAsync("/v1/models/half:predict", content);

        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldContain(reason);
    }

    [Fact]
    public async Task A_reload_gives_versions_labels_by_which_both_apis_find_them()
    {
        OnnxFiles.Affine(_folder["versions/1"], 1, 10);
        OnnxFiles.Affine(_folder["versions/2"], 1, 20);
        var channel = _executor.Connect();
        var config = new ModelConfig
        {
            Name = "versions",
            BasePath = _folder["versions"],
            ModelPlatform = "tensorflow",
            ModelVersionPolicy = new() { All = new() },
            VersionLabels = { ["stable"] = 1, ["canary"] = 2 },
        };

        var reloaded = await channel.UnaryAsync(ModelService.HandleReloadConfigRequest, Reload(config));

        reloaded.Status.ErrorCode.ShouldBe(Protocol.TensorFlow.Code.Ok);
        var statuses = await channel.UnaryAsync(
            ModelService.GetModelStatus, new GetModelStatusRequest { ModelSpec = new ModelSpec { Name = "versions" } });
        statuses.ModelVersionStatus.Select(s => (s.Version, s.State)).ShouldBe(
            [(2L, ModelVersionStatus.Types.State.Available), (1L, ModelVersionStatus.Types.State.Available)]);
        (await _executor.PostAsync("/v1/models/versions/labels/stable:predict", """{"instances": [1]}""")).Body.GetRawText().ShouldBe("""{"predictions":[11.0]}""");
        (await _executor.PostAsync("/v1/models/versions/labels/canary:predict", """{"instances": [1]}""")).Body.GetRawText().ShouldBe("""{"predictions":[21.0]}""");
        (await _executor.PostAsync("/v1/models/versions/versions/1:predict", """{"instances": [1]}""")).Body.GetRawText().ShouldBe("""{"predictions":[11.0]}""");
        var request = RunningExecutor.Request("versions", ("x", [1f], [1]));
        request.ModelSpec.VersionLabel = "stable";
        (await channel.UnaryAsync(PredictionService.Predict, request)).ModelSpec.Version.ShouldBe(1);
        (await _executor.PostAsync("/v1/models/versions/labels/other:predict", """{"instances": [1]}""")).Body.GetRawText()
            .ShouldContain("Unrecognized servable version label: other");
        (await _executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("model_platform", "'caffe'")]
    [InlineData("model_version_policy", "names no version")]
    public async Task A_reload_that_cannot_be_is_refused_and_changes_nothing(string field, string reason)
    {
        var config = new ModelConfig { Name = "other", BasePath = _folder["half"] };
        if (field == "model_platform")
        {
            config.ModelPlatform = "caffe";
        }
        else
        {
            config.ModelVersionPolicy = new() { Specific = new() };
        }

        var failure = await _executor.Connect().UnaryAsync(ModelService.HandleReloadConfigRequest, Reload(config)).ShouldThrowAsync<GrpcException>();

        failure.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        failure.Message.ShouldContain(reason);
        (await _executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Health_is_told_when_it_changes_and_the_stream_ends_with_the_executor()
    {
        var channel = _executor.Connect();
        await using var watch = channel.ServerStreamingAsync(HealthService.Watch, new HealthCheckRequest()).GetAsyncEnumerator();
        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);

        // A model that cannot be loaded is one that is missing.
        Directory.CreateDirectory(_folder["broken/1"]);
        await File.WriteAllBytesAsync(_folder["broken/1/model.onnx"], [1, 2, 3]);
        await channel.UnaryAsync(
            ModelService.HandleReloadConfigRequest,
            Reload(new ModelConfig { Name = "half", BasePath = _folder["half"] }, new ModelConfig { Name = "broken", BasePath = _folder["broken"] }))
            .ShouldThrowAsync<GrpcException>();
        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        (await channel.UnaryAsync(HealthService.Check, new HealthCheckRequest())).Status.ShouldBe(ServingStatus.NotServing);

        await channel.UnaryAsync(ModelService.HandleReloadConfigRequest, Reload(new ModelConfig { Name = "half", BasePath = _folder["half"] }));
        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);

        var stopping = _executor.StopAsync();
        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        (await Should.ThrowAsync<GrpcException>(() => NextAsync(watch))).StatusCode.ShouldBe(StatusCode.Unavailable);
        await stopping.WaitAsync(RunningExecutor.Patience);
    }

    [Fact]
    public async Task TensorFlow_Servings_metrics_are_there()
    {
        await _executor.PostAsync("/v1/models/half:predict", """{"instances": [1]}""");
        await _executor.PostAsync("/v1/models/examples:regress", """{"signature_name": "regress", "examples": [{"x": 1.0}, {"x": 2.0}]}""");
        await _executor.Connect().UnaryAsync(PredictionService.Predict, RunningExecutor.Request("half", ("x", [1f], [1])));
        await _executor.PostAsync("/v1/models/half:predict", """{"instances": ["one"]}""");

        var lines = (await _executor.Http.GetStringAsync("/monitoring/prometheus/metrics")).Split('\n');

        lines.ShouldContain("# TYPE :tensorflow:serving:request_count counter");
        lines.ShouldContain(""":tensorflow:serving:request_count{model_name="half",status="OK"} 2""");
        lines.ShouldContain(""":tensorflow:serving:request_count{model_name="half",status="INVALID_ARGUMENT"} 1""");
        lines.ShouldContain(""":tensorflow:serving:request_example_count_total{model="examples"} 2""");
        lines.ShouldContain("# TYPE :tensorflow:serving:request_latency histogram");
        lines.ShouldContain(""":tensorflow:serving:request_latency_count{model_name="half",API="Predict",entrypoint="GRPC"} 1""");
        lines.ShouldContain(""":tensorflow:serving:request_latency_bucket{model_name="half",API="Predict",entrypoint="REST",le="+Inf"} 1""");
        lines.ShouldContain(""":tensorflow:serving:runtime_latency_count{model_name="examples",API="Regress",runtime="ONNXRuntime"} 1""");
        lines.Where(l => l.StartsWith(""":tensorflow:serving:request_latency_bucket{model_name="half",API="Predict",entrypoint="REST",""", StringComparison.Ordinal))
            .Take(4).Select(l => l.Split("le=\"")[1].Split('"')[0]).ShouldBe(["10", "18", "32.4", "58.32"]);
    }

    private static ReloadConfigRequest Reload(params ModelConfig[] models) =>
        new() { Config = new ModelServerConfig { ModelConfigList = new ModelConfigList { Config = { models } } } };

    private static async Task<ServingStatus> NextAsync(IAsyncEnumerator<HealthCheckResponse> watch)
    {
        (await watch.MoveNextAsync().AsTask().WaitAsync(RunningExecutor.Patience)).ShouldBeTrue();
        return watch.Current.Status;
    }
}
