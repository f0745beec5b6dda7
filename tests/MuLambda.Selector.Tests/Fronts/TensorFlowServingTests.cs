using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector.Tests.Fronts;

public sealed class TensorFlowServingTests
{
    [Fact]
    public async Task A_column_body_is_answered_in_columns()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        using var response = await platform.PostAsync("/v1/models/fast:predict", """{"inputs": {"image": [[[[4], [0]], [[0], [0]]]]}}""");

        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        answer.EnumerateObject().Select(p => p.Name).ShouldBe(["outputs"]);
        answer.GetProperty("outputs")[0][4].GetDouble().ShouldBe(0.75);
    }

    [Fact]
    public async Task An_executor_that_speaks_rest_only_answers_grpc_and_its_answer_has_the_signatures_names_and_types()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await using var executor = await RestExecutor.StartAsync(
            "rest", (_, context) => context.Response.WriteAsJsonAsync(new { outputs = new[] { new[] { 0.25, 0.75 } } }));
        platform.Registry.Put(TestPlatform.DigitModel("rest", 0.9, 1));
        platform.Registry.Put(executor.Registration());
        await platform.UntilAsync(s => s.Executors.ContainsKey("rest"));

        var answer = await platform.Grpc.UnaryAsync(PredictionService.Predict, Request("fast"));

        var output = answer.Outputs["probabilities"];
        output.Dtype.ShouldBe(DataType.DtFloat);
        output.TensorShape.Dim.Select(d => d.Size).ShouldBe([1, 2]);
        BitConverter.ToSingle(output.TensorContent.Span[4..]).ShouldBe(0.75f);
    }

    [Fact]
    public async Task Tensors_in_typed_fields_are_passed_on_as_they_came()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform["small"].Handler = (request, _) => Task.FromResult(
            new PredictResponse { Outputs = { ["probabilities"] = new TensorProto(request.Inputs["image"]) } });
        var request = Request("fast");
        request.Inputs["image"].TensorContent = Google.Protobuf.ByteString.Empty;
        request.Inputs["image"].FloatVal.Add(0.5f);

        var answer = await platform.Grpc.UnaryAsync(PredictionService.Predict, request);

        answer.Outputs["probabilities"].ShouldBe(request.Inputs["image"]);
    }

    [Fact]
    public async Task Only_the_outputs_asked_for_are_answered_and_one_that_is_none_is_refused()
    {
        await using var platform = await TestPlatform.StartAsync([]);
        await using var executor = await TestExecutor.StartAsync("two");
        executor.Handler = (request, _) =>
        {
            var answer = TestExecutor.Answer(request);
            answer.Outputs.Add("logits", answer.Outputs["probabilities"]);
            return Task.FromResult(answer);
        };
        var model = TestPlatform.DigitModel("two", 0.9, 1);
        var signature = model.Signatures[0];
        platform.Registry.Put(model with { Signatures = [signature with { Outputs = [.. signature.Outputs, new TensorSpec("logits", "float32", [-1, 10])] }] });
        platform.Registry.Put(executor.Registration());
        await platform.UntilAsync(s => s.Executors.ContainsKey("two"));

        var all = await platform.Grpc.UnaryAsync(PredictionService.Predict, Request("fast"));
        var one = await platform.Grpc.UnaryAsync(PredictionService.Predict, Request("fast", "logits"));
        var none = await Should.ThrowAsync<GrpcException>(() => platform.Grpc.UnaryAsync(PredictionService.Predict, Request("fast", "scores")));

        all.Outputs.Keys.ShouldBe(["probabilities", "logits"], ignoreOrder: true);
        one.Outputs.Keys.ShouldBe(["logits"]);
        none.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        none.Message.ShouldContain("scores");
    }

    [Fact]
    public async Task A_signature_that_the_model_does_not_have_is_a_failed_precondition_as_with_tensorflow_serving()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var request = Request("fast");
        request.ModelSpec.SignatureName = "other";

        var refused = await Should.ThrowAsync<GrpcException>(() => platform.Grpc.UnaryAsync(PredictionService.Predict, request));

        refused.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        refused.Message.ShouldContain("'other'");
    }

    [Fact]
    public async Task A_label_a_request_without_a_name_and_a_tensor_that_does_not_fill_its_shape_are_invalid()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        var label = Request("fast");
        label.ModelSpec.VersionLabel = "canary";
        var unfilled = Request("fast");
        unfilled.Inputs["image"].TensorContent = Google.Protobuf.ByteString.CopyFrom(1, 2, 3, 4);

        foreach (var request in new[] { label, unfilled, new PredictRequest() })
        {
            (await Should.ThrowAsync<GrpcException>(() => platform.Grpc.UnaryAsync(PredictionService.Predict, request)))
                .StatusCode.ShouldBe(StatusCode.InvalidArgument);
        }

        platform["small"].Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_callers_grpc_deadline_counts_and_the_shorter_of_two()
    {
        await using var platform = await TestPlatform.StartAsync(["small"], "--Selector:UnresponsiveAfterMs=600000");
        platform["small"].Hang();
        var both = new GrpcCallOptions { Timeout = TestPlatform.Patience };
        both.Metadata.Add("mulambda-timeout-ms", "300");

        (await Should.ThrowAsync<GrpcException>(() => platform.Grpc.UnaryAsync(
            PredictionService.Predict, Request("fast"), new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(300) })))
            .StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        var shorter = await Should.ThrowAsync<GrpcException>(() => platform.Grpc.UnaryAsync(PredictionService.Predict, Request("fast"), both));

        shorter.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        shorter.Message.ShouldContain("300 ms");
    }

    [Fact]
    public async Task A_clients_status_is_available_while_something_can_answer_it()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);
        platform.Registry.Put(TestPlatform.Client("speech", 1, 0, task: "transcription"));
        await platform.FollowedAsync();

        var status = (await platform.Http.GetFromJsonAsync<JsonElement>("/v1/models/fast")).GetProperty("model_version_status")[0];
        var over = await platform.Grpc.UnaryAsync(
            ModelService.GetModelStatus, new GetModelStatusRequest { ModelSpec = new ModelSpec { Name = "speech" } });

        status.GetProperty("version").GetString().ShouldBe("1");
        status.GetProperty("state").GetString().ShouldBe("AVAILABLE");
        status.GetProperty("status").GetProperty("error_code").GetString().ShouldBe("OK");
        over.ModelVersionStatus.Single().State.ShouldBe(ModelVersionStatus.Types.State.Start);
        over.ModelVersionStatus.Single().Status.ErrorMessage.ShouldContain("transcription");
        using var unknown = await platform.Http.GetAsync("/v1/models/nobody");
        ((int)unknown.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task A_clients_signatures_are_what_its_candidates_have_in_common()
    {
        await using var platform = await TestPlatform.StartAsync(["small", "large"]);

        var same = await SignatureAsync(platform);
        platform.Registry.Put(TestPlatform.DigitModel("wide", 0.9, 1, side: 3));
        platform.Registry.Put(new Executor(
            "wide", "local", [new ModelReference("wide", 1)], new ExecutorEndpoints("http://127.0.0.1:9"), ExecutorState.Ready));
        await platform.FollowedAsync();
        var different = await SignatureAsync(platform);

        same.Inputs["image"].TensorShape.Dim.Select(d => d.Size).ShouldBe([-1, 2, 2, 1]);
        same.Outputs["probabilities"].Dtype.ShouldBe(DataType.DtFloat);
        different.Inputs.ShouldBeEmpty();
        different.Outputs.Keys.ShouldBe(["probabilities"]);
        var json = (await platform.Http.GetFromJsonAsync<JsonElement>("/v1/models/fast/versions/1/metadata"));
        json.GetProperty("model_spec").GetProperty("name").GetString().ShouldBe("fast");
        json.GetProperty("metadata").GetProperty("signature_def").GetProperty("signature_def").GetProperty("serving_default")
            .GetProperty("outputs").GetProperty("probabilities").GetProperty("dtype").GetString().ShouldBe("DT_FLOAT");
    }

    [Fact]
    public async Task What_the_selector_does_not_do_is_told_in_tensorflow_servings_form()
    {
        await using var platform = await TestPlatform.StartAsync(["small"]);

        using var malformed = await platform.PostAsync("/v1/models/fast:classify", "{}");
        var classify = await Should.ThrowAsync<GrpcException>(() => platform.Grpc.UnaryAsync(PredictionService.Classify, new ClassificationRequest()));

        ((int)malformed.StatusCode).ShouldBe(400);
        (await malformed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString()!.ShouldContain("/v1/models/fast:classify");
        classify.StatusCode.ShouldBe(StatusCode.Unimplemented);
    }

    private static async Task<SignatureDef> SignatureAsync(TestPlatform platform)
    {
        var metadata = await platform.Grpc.UnaryAsync(PredictionService.GetModelMetadata, new GetModelMetadataRequest
        {
            ModelSpec = new ModelSpec { Name = "fast" }, MetadataField = { "signature_def" },
        });
        return metadata.Metadata["signature_def"].Unpack<SignatureDefMap>().SignatureDef["serving_default"];
    }

    private static PredictRequest Request(string client, params string[] outputs) => new()
    {
        ModelSpec = new ModelSpec { Name = client }, Inputs = { ["image"] = Front.Images(3) }, OutputFilter = { outputs },
    };
}
