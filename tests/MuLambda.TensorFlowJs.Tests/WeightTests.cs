using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MuLambda.Protocol.TensorFlow;
using MuLambda.TensorFlowJs.Tests.Models;

namespace MuLambda.TensorFlowJs.Tests;

public sealed class WeightTests : IDisposable
{
    private readonly JsModel model = new();

    public void Dispose() => model.Dispose();

    [Fact]
    public void Float32_weights_become_constants_of_their_shape()
    {
        var weight = model.ReadWeight();

        weight.Dtype.ShouldBe(DataType.DtFloat);
        weight.TensorShape.Dim.Select(dim => dim.Size).ShouldBe([2]);
        Values<float>(weight).ShouldBe([1, 2]);
    }

    [Fact]
    public void Float16_weights_are_restored_exactly()
    {
        var stored = new byte[8];
        Half[] halves = [(Half)1.5, (Half)(-65504), Half.Epsilon, Half.NegativeInfinity];
        for (var i = 0; i < halves.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(stored.AsSpan(2 * i), halves[i]);
        }

        var weight = model.Stored("float32", [2, 2], stored, """{"dtype": "float16", "original_dtype": "float32"}""").ReadWeight();

        weight.Dtype.ShouldBe(DataType.DtFloat);
        weight.TensorShape.Dim.Select(dim => dim.Size).ShouldBe([2, 2]);
        Values<float>(weight).ShouldBe([1.5f, -65504f, (float)Half.Epsilon, float.NegativeInfinity]);
    }

    [Fact]
    public void Bytes_and_16_bit_numbers_are_scaled_and_shifted_into_floats()
    {
        const double Scale = 0.1, Min = -3.7;

        var bytes = model.Stored("float32", [3], [0, 1, 255], """{"dtype": "uint8", "scale": 0.1, "min": -3.7}""").ReadWeight();
        var shorts = model.Stored("float32", [2], [0xFF, 0xFF, 1, 0], """{"dtype": "uint16", "scale": 0.1, "min": -3.7}""").ReadWeight();

        Values<float>(bytes).ShouldBe([(float)Min, (float)(Scale + Min), (float)((255 * Scale) + Min)]);
        Values<float>(shorts).ShouldBe([(float)((65535 * Scale) + Min), (float)(Scale + Min)]);
    }

    [Fact]
    public void Quantised_integers_are_rounded_as_JavaScript_rounds()
    {
        var weight = model.Stored("int32", [4], [0, 1, 2, 3], """{"dtype": "uint8", "scale": 0.5, "min": -1.5}""").ReadWeight();

        weight.Dtype.ShouldBe(DataType.DtInt32);
        Values<int>(weight).ShouldBe([-1, -1, 0, 0]);
    }

    [Fact]
    public void Types_that_TensorFlowJs_does_not_have_come_back_as_the_graph_says_they_are()
    {
        byte[] minusTwoAndSeven = [0xFE, 0xFF, 0xFF, 0xFF, 7, 0, 0, 0];

        Values<long>(model.Stored("int32", [2], minusTwoAndSeven, constant: "DT_INT64").ReadWeight()).ShouldBe([-2, 7]);
        Values<short>(model.Stored("int32", [2], minusTwoAndSeven, constant: "DT_INT16").ReadWeight()).ShouldBe([-2, 7]);
        Values<sbyte>(model.Stored("int32", [2], minusTwoAndSeven, constant: "DT_INT8").ReadWeight()).ShouldBe([-2, 7]);
        Values<double>(model.Stored("float32", [2], [0, 0, 128, 63, 0, 0, 0, 64], constant: "DT_DOUBLE").ReadWeight()).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_value_that_the_graphs_type_does_not_hold_is_refused()
    {
        model.Stored("int32", [1], [0, 1, 0, 0], constant: "DT_INT8").Refusal().ShouldContain("weights[0]: (w) has the value 256, which int8");
        model.Stored("int32", [1], [255, 255, 255, 255], constant: "DT_UINT32").Refusal().ShouldContain("the value -1, which uint32");
        model.Stored("float32", [1], [0, 0, 0, 0], constant: "DT_INT32").Refusal().ShouldContain("type float32; its constant has int32");
    }

    [Fact]
    public void Booleans_unsigned_numbers_and_strings_are_read()
    {
        Values<byte>(model.Stored("bool", [3], [1, 0, 1]).ReadWeight()).ShouldBe([1, 0, 1]);
        Values<byte>(model.Stored("uint8", [2], [250, 3]).ReadWeight()).ShouldBe([250, 3]);
        Values<ushort>(model.Stored("uint16", [1], [0xFF, 0xFE]).ReadWeight()).ShouldBe([0xFEFF]);
        model.Stored("string", [2], [3, 0, 0, 0, (byte)'c', (byte)'a', (byte)'t', 0, 0, 0, 0]).ReadWeight()
            .StringVal.Select(text => text.ToStringUtf8()).ShouldBe(["cat", ""]);
    }

    [Fact]
    public void A_scalar_and_an_empty_weight_are_read()
    {
        model.Stored("int32", [], [5, 0, 0, 0]).ReadWeight().TensorShape.Dim.ShouldBeEmpty();
        model.Stored("float32", [0, 4], []).ReadWeight().TensorContent.ShouldBeEmpty();
    }

    [Fact]
    public void A_weight_may_begin_in_one_file_and_end_in_another_and_groups_have_files_of_their_own()
    {
        model.Nodes.Add(JsonNode.Parse("""{"name": "v", "op": "Const", "attr": {"dtype": {"type": "DT_INT32"}}}"""));
        model.Json["weightsManifest"] = JsonNode.Parse(
            """
            [{"paths": ["parts/1", "parts/2", "parts/3"], "weights": [{"name": "w", "shape": [2], "dtype": "float32"}]},
             {"paths": ["other.bin"], "weights": [{"name": "v", "shape": [1], "dtype": "int32"}, {"name": "not in the graph", "shape": [1], "dtype": "bool"}]}]
            """);
        model.Write("parts/1", [0, 0, 128]);
        model.Write("parts/2", []);
        model.Write("parts/3", [63, 0, 0, 0, 64]);
        model.Write("other.bin", [9, 0, 0, 0, 1]);

        Values<float>(model.ReadWeight()).ShouldBe([1, 2]);
        Values<int>(model.Read().MetaGraphs[0].GraphDef.Node.Single(node => node.Name == "v").Attr["value"].Tensor).ShouldBe([9]);
    }

    [Fact]
    public void A_constant_of_a_function_finds_its_weight()
    {
        model.Json["modelTopology"]!["library"] = JsonNode.Parse(
            """
            {"function": [{"signature": {"name": "twice", "outputArg": [{"name": "r", "type": "DT_INT32"}]},
              "nodeDef": [{"name": "twice/two", "op": "Const", "attr": {"dtype": {"type": "DT_INT32"}}}], "ret": {"r": "twice/two:output:0"}}]}
            """);
        model.Weight.Parent!.AsArray().Add(JsonNode.Parse("""{"name": "twice/two", "shape": [], "dtype": "int32"}"""));
        model.Write("weights.bin", [0, 0, 128, 63, 0, 0, 0, 64, 2, 0, 0, 0]);

        var function = model.Read().MetaGraphs[0].GraphDef.Library.Function.ShouldHaveSingleItem();

        function.Signature.Name.ShouldBe("twice");
        Values<int>(function.NodeDef[0].Attr["value"].Tensor).ShouldBe([2]);
    }

    private static T[] Values<T>(TensorProto tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.TensorContent.Span).ToArray();
}
