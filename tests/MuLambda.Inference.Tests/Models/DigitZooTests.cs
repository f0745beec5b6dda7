using System.Text.Json;
using MuLambda.Inference.Tests.Graphs;

namespace MuLambda.Inference.Tests.Models;

public sealed class DigitZooTests
{
    private static readonly string Zoo = Path.Combine(Repository.Root, "models", "digits");

    [Theory]
    [InlineData("digits-linear")]
    [InlineData("digits-mlp-small")]
    [InlineData("digits-mlp-wide")]
    [InlineData("digits-cnn")]
    public void A_model_of_the_zoo_answers_as_the_training_framework_did_one_by_one_and_in_a_batch(string name)
    {
        var samples = Path.Combine(Zoo, "samples");
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(samples, "probabilities.json")));
        var rows = expected.RootElement.GetProperty(name).EnumerateObject()
            .Select(p => (Pixels: GreyPng.Read(Path.Combine(samples, p.Name)), Probabilities: p.Value.EnumerateArray().Select(v => v.GetSingle()).ToArray()))
            .ToArray();
        rows.Length.ShouldBe(100);
        using var model = ModelLoader.Load(Path.Combine(Zoo, name));
        model.Description.Signatures.ShouldHaveSingleItem().Inputs.ShouldHaveSingleItem().ToString().ShouldBe("image: float32[-1,28,28,1]");

        using var batch = Predict(model, [.. rows.SelectMany(r => r.Pixels)], rows.Length);
        batch["probabilities"].AsReadOnlySpan<float>().ToArray().ShouldBe(rows.SelectMany(r => r.Probabilities).ToArray(), 1e-4);
        foreach (var (pixels, probabilities) in rows)
        {
            using var single = Predict(model, pixels, 1);
            single["probabilities"].AsReadOnlySpan<float>().ToArray().ShouldBe(probabilities, 1e-4);
        }
    }

    private static ModelOutputs Predict(LoadedModel model, float[] pixels, int count)
    {
        using var image = Tensor.From<float>(pixels, [count, 28, 28, 1]);
        return model.Run("serving_default", new Dictionary<string, Tensor> { ["image"] = image });
    }
}
