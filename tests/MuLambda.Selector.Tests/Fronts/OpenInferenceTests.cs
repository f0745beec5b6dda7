using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.OpenInference;

namespace MuLambda.Selector.Tests.Fronts;

public sealed class OpenInferenceTests
{
    [Fact]
    public async Task The_server_is_live_and_ready_and_tells_what_it_is()
    {
        await using var platform = await TestPlatform.StartAsync([]);

        (await platform.Http.GetFromJsonAsync<JsonElement>("/v2/health/live")).GetProperty("live").GetBoolean().ShouldBeTrue();
        (await platform.Http.GetFromJsonAsync<JsonElement>("/v2/health/ready")).GetProperty("ready").GetBoolean().ShouldBeTrue();
        var server = await platform.Http.GetFromJsonAsync<JsonElement>("/v2");
        server.GetProperty("name").GetString().ShouldBe("mulambda-selector");
        server.GetProperty("extensions")[0].GetString().ShouldBe("binary_tensor_data");
        (await platform.Grpc.UnaryAsync(GrpcInferenceService.ServerLive, new ServerLiveRequest())).Live.ShouldBeTrue();
        (await platform.Grpc.UnaryAsync(GrpcInferenceService.ServerReady, new ServerReadyRequest())).Ready.ShouldBeTrue();
        (await platform.Grpc.UnaryAsync(GrpcInferenceService.ServerMetadata, new ServerMetadataRequest()))
            .Version.ShouldBe(server.GetProperty("version").GetString());
    }

    [Fact]
    public async Task Before_the_catalog_has_arrived_the_server_is_live_but_not_ready()
    {
        await using var app = SelectorApplication.Create(["--urls=http://127.0.0.1:0", "--Selector:Registry=http://127.0.0.1:9"]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        ((int)(await http.GetAsync("/v2/health/live")).StatusCode).ShouldBe(200);
        ((int)(await http.GetAsync("/v2/health/ready")).StatusCode).ShouldBe(400);
        ((int)(await http.GetAsync("/v2/models/fast")).StatusCode).ShouldBe(503);
    }

    [Fact]
    public async Task A_client_is_ready_while_something_can_answer_it()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform.Registry.Put(TestPlatform.Client("speech", 1, 0, task: "transcription"));
        await platform.FollowedAsync();

        using var ready = await platform.Http.GetAsync("/v2/models/fast/ready");
        using var unready = await platform.Http.GetAsync("/v2/models/speech/ready");
        using var unknown = await platform.Http.GetAsync("/v2/models/nobody/ready");

        new[] { ready, unready, unknown }.Select(r => (int)r.StatusCode).ShouldBe([200, 400, 404]);
        (await platform.Grpc.UnaryAsync(GrpcInferenceService.ModelReady, new ModelReadyRequest { Name = "fast" })).Ready.ShouldBeTrue();
        (await platform.Grpc.UnaryAsync(GrpcInferenceService.ModelReady, new ModelReadyRequest { Name = "speech" })).Ready.ShouldBeFalse();
        (await Should.ThrowAsync<GrpcException>(() => platform.Grpc.UnaryAsync(
            GrpcInferenceService.ModelReady, new ModelReadyRequest { Name = "nobody" }))).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task A_clients_metadata_is_its_traits_and_what_its_candidates_have_in_common()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        var rest = await platform.Http.GetFromJsonAsync<JsonElement>("/v2/models/fast/versions/1");
        var grpc = await platform.Grpc.UnaryAsync(GrpcInferenceService.ModelMetadata, new ModelMetadataRequest { Name = "fast" });

        rest.GetRawText().ShouldBe(
            """{"name":"fast","versions":["1"],"platform":"mulambda_selector","inputs":[{"name":"image","datatype":"FP32","shape":[-1,2,2,1]}]"""
            + ""","outputs":[{"name":"probabilities","datatype":"FP32","shape":[-1,10]}],"properties":{"task":"classification","input":"image","output":"label"}}""");
        grpc.Versions.ShouldBe(["1"]);
        grpc.Inputs.Single().Shape.ShouldBe([-1, 2, 2, 1]);
        grpc.Outputs.Single().Datatype.ShouldBe("FP32");
        grpc.Properties["task"].ShouldBe("classification");
    }

    [Theory]
    [InlineData("""[[[[3], [0]], [[0], [0]]]]""")]
    [InlineData("""[3, 0, 0, 0]""")]
    public async Task Data_is_taken_nested_and_flat(string data)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        using var response = await platform.PostAsync(
            "/v2/models/fast/infer", $$"""{"inputs": [{"data": {{data}}, "name": "image", "shape": [1, 2, 2, 1], "datatype": "FP32"}]}""");

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer.GetProperty("model_name").GetString().ShouldBe("fast");
        answer.TryGetProperty("id", out _).ShouldBeFalse();
        answer.GetProperty("outputs")[0].GetProperty("data")[3].GetDouble().ShouldBe(0.75);
    }

    [Fact]
    public async Task Tensors_travel_as_bytes_behind_the_json_both_ways()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var image = Front.Images(3, 9).TensorContent.ToByteArray();
        var json = Encoding.UTF8.GetBytes(
            """{"inputs": [{"name": "image", "shape": [2, 2, 2, 1], "datatype": "FP32", "parameters": {"binary_data_size": 32}}],"""
            + """ "outputs": [{"name": "probabilities", "parameters": {"binary_data": true}}]}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fast/infer") { Content = new ByteArrayContent([.. json, .. image]) };
        request.Headers.Add("Inference-Header-Content-Length", $"{json.Length}");

        using var response = await platform.Http.SendAsync(request);

        var body = await response.Content.ReadAsByteArrayAsync();
        ((int)response.StatusCode).ShouldBe(200, Encoding.UTF8.GetString(body));
        var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        var output = JsonDocument.Parse(body.AsMemory(0, length)).RootElement.GetProperty("outputs")[0];
        output.TryGetProperty("data", out _).ShouldBeFalse();
        output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32().ShouldBe(80);
        var values = MemoryMarshal.Cast<byte, float>(body.AsSpan(length)).ToArray();
        values.Length.ShouldBe(20);
        (values[3], values[19]).ShouldBe((0.75f, 0.75f));
    }

    [Theory]
    [InlineData("100000", "Inference-Header-Content-Length")]
    [InlineData("many", "Inference-Header-Content-Length")]
    public async Task A_length_of_the_json_that_cannot_be_is_refused(string length, string named)
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/fast/infer") { Content = new StringContent("{}") };
        request.Headers.Add("Inference-Header-Content-Length", length);

        using var response = await platform.Http.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(400);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!.ShouldContain(named);
    }

    [Fact]
    public async Task Typed_contents_are_answered_in_typed_contents()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform["small"].Handler = (request, _) =>
        {
            // The test's answer reads tensor_content only.
            request.Inputs["image"].FloatVal.ShouldBe([6, 0, 0, 0]);
            request.Inputs["image"].TensorContent = Front.Images(6).TensorContent;
            return Task.FromResult(TestExecutor.Answer(request));
        };

        var answer = await platform.Grpc.UnaryAsync(GrpcInferenceService.ModelInfer, Typed("fast", [1, 2, 2, 1], 6, 0, 0, 0));

        answer.RawOutputContents.ShouldBeEmpty();
        answer.Outputs.Single().Contents.Fp32Contents[6].ShouldBe(0.75f);
    }

    [Fact]
    public async Task Contents_that_do_not_fill_their_shape_are_refused()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        var refused = await Should.ThrowAsync<GrpcException>(() =>
            platform.Grpc.UnaryAsync(GrpcInferenceService.ModelInfer, Typed("fast", [1, 2, 2, 1], 6, 0, 0)));

        refused.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        refused.Message.ShouldContain("inputs[0].contents");
        platform["small"].Calls.ShouldBeEmpty();
    }

    private static ModelInferRequest Typed(string client, long[] shape, params float[] values) => new()
    {
        ModelName = client,
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "image", Datatype = "FP32", Shape = { shape }, Contents = new InferTensorContents { Fp32Contents = { values } },
            },
        },
    };
}
