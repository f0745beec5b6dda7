using System.Text.Json.Nodes;
using MuLambda.TensorFlowJs.Tests.Models;

namespace MuLambda.TensorFlowJs.Tests;

public sealed class HostileModelTests : IDisposable
{
    private readonly JsModel model = new();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("../outside.bin")]
    [InlineData("a/../../outside.bin")]
    [InlineData("..")]
    public void A_weight_file_outside_the_directory_is_refused(string path)
    {
        model.Json["weightsManifest"]![0]!["paths"]![0] = path;

        model.Refusal().ShouldContain($"weightsManifest[0].paths[0]: is '{path}', which leads out of the model's directory");
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("")]
    [InlineData("we\0ights.bin")]
    public void A_weight_file_that_is_no_relative_path_is_refused(string path)
    {
        model.Json["weightsManifest"]![0]!["paths"]![0] = path;

        model.Refusal().ShouldContain("which is no relative path");
    }

    [Fact]
    public void A_weight_file_behind_a_link_is_refused()
    {
        var elsewhere = Directory.CreateTempSubdirectory("mulambda-tfjs-");
        try
        {
            File.WriteAllBytes(Path.Combine(elsewhere.FullName, "weights.bin"), new byte[8]);
            File.CreateSymbolicLink(Path.Combine(model.Folder, "file"), Path.Combine(elsewhere.FullName, "weights.bin"));
            Directory.CreateSymbolicLink(Path.Combine(model.Folder, "folder"), elsewhere.FullName);
            foreach (var path in new[] { "file", "folder/weights.bin" })
            {
                model.Json["weightsManifest"]![0]!["paths"]![0] = path;

                model.Refusal().ShouldContain("a link that may lead out of the model's directory");
            }
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_missing_weight_file_is_named()
    {
        model.Json["weightsManifest"]![0]!["paths"]![0] = "gone.bin";

        var complaint = model.Refusal();

        complaint.ShouldStartWith(model.File);
        complaint.ShouldContain("weightsManifest[0].paths[0]: cannot be read");
    }

    [Theory]
    [InlineData(7, "weights[0]: (w) needs 8 bytes; 7 are left in the files of its group")]
    [InlineData(0, "weights[0]: (w) needs 8 bytes; 0 are left")]
    [InlineData(9, "weightsManifest[0]: has 1 bytes more in its files than its weights need")]
    public void Weight_files_of_another_size_are_refused(int bytes, string complaint)
    {
        model.Write("weights.bin", new byte[bytes]);

        model.Refusal().ShouldContain(complaint);
    }

    [Fact]
    public void A_string_longer_than_its_file_is_refused_before_it_is_allocated()
    {
        model.Stored("string", [1], [200, 0, 0, 0, 1, 2, 3, 4]).Refusal().ShouldContain("needs 200 bytes; 4 are left");
        model.Stored("string", [1], [255, 255, 255, 255]).Refusal().ShouldContain("needs 4294967295 bytes; 0 are left");
        model.Stored("string", [1], [1, 0, 0]).Refusal().ShouldContain("needs 4 bytes; 3 are left");
    }

    [Theory]
    [InlineData("[-1]", "shape[0]: is -1; a size is a whole number from 0 upwards")]
    [InlineData("[1.5]", "shape[0]: is 1.5")]
    [InlineData("[9223372036854775807, 9223372036854775807]", "shape: has more than 2147483647 elements")]
    [InlineData("[65536, 65536]", "shape: has more than 2147483647 elements")]
    [InlineData("[2147483647]", "needs 8589934588 bytes; 8 are left")]
    [InlineData("\"2\"", "shape: has to be an array")]
    [InlineData("null", "shape: is missing")]
    public void A_wrong_shape_is_refused(string shape, string complaint)
    {
        model.Weight["shape"] = JsonNode.Parse(shape);

        model.Refusal().ShouldContain(complaint);
    }

    [Theory]
    [InlineData("""{"dtype": "uint8", "min": 0}""", "quantization.scale: is missing")]
    [InlineData("""{"dtype": "uint8", "scale": "1", "min": 0}""", "quantization.scale: has to be a number")]
    [InlineData("""{"dtype": "uint8", "scale": 1e999, "min": 0}""", "quantization.scale: is no finite number")]
    [InlineData("""{"dtype": "int4", "scale": 1, "min": 0}""", "quantization.dtype: is 'int4'")]
    [InlineData("{}", "quantization.dtype: is missing")]
    [InlineData("[]", "quantization: has to be an object")]
    public void A_wrong_quantisation_is_refused(string quantization, string complaint)
    {
        model.Stored("float32", [2], [0, 0], quantization).Refusal().ShouldContain(complaint);
    }

    [Fact]
    public void An_unknown_type_or_one_that_is_never_quantised_is_refused()
    {
        model.Stored("bool", [1], [0], """{"dtype": "uint8", "scale": 1, "min": 0}""").Refusal().ShouldContain("of a weight of type bool");
        model.Stored("int64", [1], [0]).Refusal().ShouldContain("dtype: is 'int64'; the types of weights are float32, int32");
    }

    [Fact]
    public void A_constant_without_a_weight_and_two_of_a_name_are_refused()
    {
        model.Weight["name"] = "other";
        model.Refusal().ShouldContain("modelTopology.node[1]: (Const w) has neither a weight");

        model.Weight["name"] = "w";
        model.Weight.Parent!.AsArray().Add(model.Weight.DeepClone());
        model.Refusal().ShouldContain("weights[1]: is a second weight w");
        model.Weight.Parent!.AsArray().RemoveAt(1);

        model.Nodes.Add(model.Node("y").DeepClone());
        model.Refusal().ShouldContain("modelTopology.node[3]: is a second node y");
    }

    [Theory]
    [InlineData("""{"name": "", "op": "Relu"}""", "node[3]: has no name")]
    [InlineData("""{"name": "r"}""", "node[3]: (r) has no op")]
    [InlineData("""{"name": 7, "op": "Relu"}""", "node[3]: ")]
    [InlineData("\"r\"", "node[3]: has to be an object")]
    [InlineData("""{"name": "r", "op": "Relu", "attr": {"T": {"type": "DT_FANCY"}}}""", "node[3]: ")]
    [InlineData("""{"name": "r", "op": "Relu", "attr": {"p": {"s": "no base64!"}}}""", "node[3]: ")]
    [InlineData("""{"name": "r", "op": "Relu", "attr": {"p": {"i": "123456789012345678901234567890"}}}""", "node[3]: ")]
    public void A_wrong_node_is_refused(string node, string complaint)
    {
        model.Nodes.Add(JsonNode.Parse(node));

        model.Refusal().ShouldContain(complaint);
    }

    [Fact]
    public void A_Keras_model_is_refused_with_what_to_do()
    {
        model.Json["format"] = "layers-model";
        model.Refusal().ShouldContain("holds a Keras model (format layers-model); only the format graph-model can be imported");

        model.Json["format"] = null;
        model.Json["modelTopology"] = JsonNode.Parse("""{"class_name": "Sequential", "config": {}}""");
        model.Refusal().ShouldContain("--output_format=tfjs_graph_model");

        model.Json["format"] = "picture";
        model.Json["modelTopology"] = new JsonObject();
        model.Refusal().ShouldContain("format: is 'picture'");
    }

    [Fact]
    public void Lookup_tables_are_refused()
    {
        model.Json["modelInitializer"] = JsonNode.Parse("""{"node": [{"name": "t", "op": "HashTableV2"}]}""");

        model.Refusal().ShouldContain("modelInitializer.node: models with an initialisation of their own");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1, 2]")]
    [InlineData("null")]
    [InlineData("""{"modelTopology": 1}""")]
    [InlineData("""{"modelTopology": {}}""")]
    [InlineData("""{"modelTopology": {"node": []}, "weightsManifest": []}""")]
    [InlineData("""{"modelTopology": {"node": [{"name": "x", "op": "Placeholder"}]}}""")]
    [InlineData("""{"format": "\ud800", "modelTopology": {"node": []}}""")]
    [InlineData("""{"\ud800": 1, "modelTopology": {"node": []}}""")]
    [InlineData("""{"modelTopology": {"node": []}, "weightsManifest": [], "signature": {"outputs": {"\ud800": {"name": "x"}}}}""")]
    [InlineData("""{"modelTopology": {"node": []}, "modelTopology": {"node": []}}""")]
    public void A_file_that_is_no_model_is_refused_by_name(string content)
    {
        File.WriteAllText(model.File, content);

        Should.Throw<TensorFlowJsException>(() => TensorFlowJsImporter.Read(model.Folder, TensorFlowJsLimits.Default))
            .Message.ShouldStartWith(model.File);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"list\":[", 10_000));
        File.WriteAllText(model.File, $$"""{"modelTopology": {{deep}}""");

        Should.Throw<TensorFlowJsException>(() => TensorFlowJsImporter.Read(model.Folder, TensorFlowJsLimits.Default))
            .Message.ShouldContain("is no JSON");
    }

    [Fact]
    public void Every_size_has_a_limit()
    {
        model.Refusal(new TensorFlowJsLimits { MaxJsonBytes = 100 }).ShouldContain("the limit is 100");
        model.Refusal(new TensorFlowJsLimits { MaxNodes = 2 }).ShouldContain("modelTopology.node[2]: is one node too many; the limit is 2");
        model.Refusal(new TensorFlowJsLimits { MaxWeights = 0 }).ShouldContain("weights[0]: is one weight too many; the limit is 0");
        model.Refusal(new TensorFlowJsLimits { MaxShards = 0 }).ShouldContain("weightsManifest[0]: has one file too many; the limit is 0");
        model.Refusal(new TensorFlowJsLimits { MaxWeightBytes = 7 }).ShouldContain("has 8 bytes of weights; the limit is 7");

        // Four stored bytes become sixteen.
        model.Stored("float32", [4], new byte[4], """{"dtype": "uint8", "scale": 1, "min": 0}""");
        model.Refusal(new TensorFlowJsLimits { MaxWeightBytes = 15 }).ShouldContain("brings the weights to 16 bytes; the limit is 15");
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_but_nothing_else()
    {
        const int Seed = 20261;
        var random = new Random(Seed);
        model.Save();
        var good = File.ReadAllBytes(model.File);
        for (var i = 0; i < 600; i++)
        {
            var bad = good.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(model.File, random.Next(4) == 0 ? bad[..random.Next(bad.Length)] : bad);
            try
            {
                TensorFlowJsImporter.Read(model.Folder, TensorFlowJsLimits.Default).MetaGraphs.Count.ShouldBe(1, $"seed {Seed}, case {i}");
            }
            catch (TensorFlowJsException e)
            {
                e.Message.ShouldStartWith(model.File, customMessage: $"seed {Seed}, case {i}");
            }
        }
    }
}
