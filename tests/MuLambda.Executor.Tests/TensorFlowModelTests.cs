using MuLambda.Executor.Tests.Support;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Tests;

/// <summary>The two models that TensorFlow itself wrote, asked as TensorFlow Serving's documentation asks them.</summary>
public sealed class TensorFlowModelTests
{
    private static readonly string[] Models = ["tf1", "tf2"];

    [TestDataFact]
    public async Task They_answer_over_rest_as_documented()
    {
        await using var executor = await StartAsync();
        foreach (var model in Models)
        {
            (await executor.PostAsync($"/v1/models/{model}:predict", """{"instances": [1.0, 2.0, 5.0]}"""))
                .Body.GetRawText().ShouldBe("""{"predictions":[2.5,3.0,4.5]}""", model);
            (await executor.PostAsync($"/v1/models/{model}:predict", """{"inputs": {"x": [1.0, 2.0, 5.0]}}"""))
                .Body.GetRawText().ShouldBe("""{"outputs":[2.5,3.0,4.5]}""", model);
            (await executor.PostAsync(
                $"/v1/models/{model}:regress", """{"signature_name": "regress_x_to_y", "examples": [{"x": 1.0}, {"x": 2.0}]}"""))
                .Body.GetRawText().ShouldBe("""{"results":[2.5,3.0]}""", model);
            (await executor.PostAsync(
                $"/v1/models/{model}:classify", """{"signature_name": "classify_x_to_y", "context": {"x": 5.0}, "examples": [{"x": 1.0}, {}]}"""))
                .Body.GetRawText().ShouldBe("""{"results":[[["",2.5]],[["",4.5]]]}""", model);
            (await executor.GetAsync($"/v1/models/{model}/metadata")).Body.GetProperty("metadata").GetProperty("signature_def")
                .GetProperty("signature_def").EnumerateObject().Select(s => s.Name).ShouldContain("regress_x_to_y2", model);
        }
    }

    [TestDataFact]
    public async Task They_answer_over_grpc()
    {
        await using var executor = await StartAsync();
        var channel = executor.Connect();
        foreach (var model in Models)
        {
            var predicted = await channel.UnaryAsync(PredictionService.Predict, RunningExecutor.Request(model, ("x", [1f, 2f, 5f], [3])));
            RunningExecutor.Floats(predicted.Outputs["y"]).ShouldBe([2.5f, 3f, 4.5f], model);

            var input = new Input { ExampleList = new ExampleList { Examples = { ExampleModel.Example(1), ExampleModel.Example(5) } } };
            var regressed = await channel.UnaryAsync(
                PredictionService.Regress, new RegressionRequest { ModelSpec = Spec(model, "regress_x_to_y"), Input = input });
            regressed.Result.Regressions.Select(r => r.Value).ShouldBe([2.5f, 4.5f], model);
            var classified = await channel.UnaryAsync(
                PredictionService.Classify, new ClassificationRequest { ModelSpec = Spec(model, "classify_x_to_y"), Input = input });
            classified.Result.Classifications.SelectMany(c => c.Classes).Select(c => c.Score).ShouldBe([2.5f, 4.5f], model);
            var both = await channel.UnaryAsync(
                PredictionService.MultiInference,
                new MultiInferenceRequest
                {
                    Tasks =
                    {
                        new InferenceTask { ModelSpec = Spec(model, "regress_x_to_y2"), MethodName = SignatureMethods.Regress },
                        new InferenceTask { ModelSpec = Spec(model, "classify_x_to_y"), MethodName = SignatureMethods.Classify },
                    },
                    Input = input,
                });
            both.Results[0].RegressionResult.Regressions.Select(r => r.Value).ShouldBe([3.5f, 5.5f], model);
            both.Results[1].ClassificationResult.Classifications.Count.ShouldBe(2, model);
        }
    }

    private static Task<RunningExecutor> StartAsync() => RunningExecutor.StartAsync(
        ("tf1", Path.Combine(Repository.TestData!, "saved_model_half_plus_two_cpu")),
        ("tf2", Path.Combine(Repository.TestData!, "saved_model_half_plus_two_tf2_cpu")));

    private static ModelSpec Spec(string model, string signature) => new() { Name = model, SignatureName = signature };
}
