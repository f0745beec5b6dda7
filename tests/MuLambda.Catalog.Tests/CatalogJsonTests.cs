using System.Text.Json;

namespace MuLambda.Catalog.Tests;

public class CatalogJsonTests
{
    [Fact]
    public void A_model_without_description_and_of_unknown_rank_is_read_as_it_was_written()
    {
        var model = new Model(
            "digits", 1, "classification", "image", "label", new Accuracy("top-1", 0.9),
            [new ModelSignature(ModelSignature.Default, [new TensorSpec("x", "float32", null)], [])],
            ModelFormat.Onnx, 1, new string('0', 64), Description: null, DateTimeOffset.UnixEpoch);

        var read = JsonSerializer.Deserialize(
            JsonSerializer.Serialize(model, CatalogJson.Default.Model), CatalogJson.Default.Model)!;

        read.Description.ShouldBeNull();
        read.Signatures[0].Inputs[0].Shape.ShouldBeNull();
        read.Sha256.ShouldBe(model.Sha256);
    }
}
