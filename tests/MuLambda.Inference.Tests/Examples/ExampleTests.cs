using System.Text;
using Google.Protobuf;
using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.TensorFlow;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Examples;

public sealed class ExampleTests
{
    [Fact]
    public void Dense_features_of_every_type_fill_their_shapes_or_take_their_defaults()
    {
        using var model = Parsing(
            [],
            [("f", DType.Float32, [2], Tensor.From<float>([7], [1])), ("i", DType.Int64, [], Tensor.From<long>([9], [])), ("s", DType.String, [1, 2], Text("a", "b"))],
            "ParseExampleV2").Load();
        using var outputs = Run(model, Example(("f", Floats(1, 2)), ("i", Ints(-3)), ("s", Strings("x", "")), ("other", Ints(1))), Example(("f", new Feature())));
        outputs["dense0"].ShouldHold([2, 2], 1f, 2, 7, 7);
        outputs["dense1"].ShouldHold([2], -3L, 9);
        outputs["dense2"].ToString().ShouldBe("string[2,1,2]");
        outputs["dense2"].Strings.ToArray().Select(s => Encoding.UTF8.GetString(s.Span)).ShouldBe(["x", "", "a", "b"]);
    }

    [Theory]
    [InlineData("ParseExample")]
    [InlineData("ParseExampleV2")]
    public void Sparse_features_become_indices_values_and_shape(string op)
    {
        using var model = Parsing([("i", DType.Int64), ("s", DType.String)], [("f", DType.Float32, [], null)], op).Load();
        using var outputs = Run(
            model, Example(("i", Ints(5, 6)), ("f", Floats(1))), Example(("s", Strings("x")), ("f", Floats(2))), Example(("i", Ints(7)), ("f", Floats(3))));
        outputs["indices0"].ShouldHold([3, 2], 0L, 0, 0, 1, 2, 0);
        outputs["values0"].ShouldHold([3], 5L, 6, 7);
        outputs["shape0"].ShouldHold([2], 3L, 2);
        outputs["indices1"].ShouldHold([1, 2], 1L, 0);
        outputs["values1"].Strings.ToArray().ShouldHaveSingleItem().ToArray().ShouldBe([(byte)'x']);
        outputs["shape1"].ShouldHold([2], 3L, 1);
        outputs["dense0"].ShouldHold([3], 1f, 2, 3);
    }

    [Fact]
    public void A_dense_feature_of_any_length_is_padded_to_the_longest()
    {
        using var model = Parsing([], [("f", DType.Float32, [-1, 2], Tensor.From<float>([-1], []))], "ParseExampleV2").Load();
        using var outputs = Run(model, Example(("f", Floats(1, 2, 3, 4))), Example(("f", Floats(5, 6))), Example());
        outputs["dense0"].ShouldHold([3, 2, 2], 1f, 2, 3, 4, 5, 6, -1, -1, -1, -1, -1, -1);
        Refused(model, Example(("f", Floats(1)))).ShouldEndWith("example 0 has 1 values in feature f; float32[-1,2] is expected.");
    }

    [Fact]
    public void A_single_example_gives_tensors_without_a_dimension_for_examples()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.String);
        builder.Node(
            "ParseSingleExample",
            "parse",
            ["x", builder.Const<float>("default", [], 0)],
            ("dense_keys", Texts("f")),
            ("sparse_keys", Texts("i")),
            ("Tdense", Types(DType.Float32)),
            ("sparse_types", Types(DType.Int64)),
            ("dense_shapes", Shapes([2])),
            ("num_sparse", new AttrValue { I = 1 }));
        builder.Signature(
            "serving_default", [("x", "x", DType.String, [])], ("d", "parse:3", DType.Float32), ("i", "parse:0", DType.Int64), ("v", "parse:1", DType.Int64), ("s", "parse:2", DType.Int64));
        using var model = builder.Load();
        using var x = Tensor.FromStrings([Example(("f", Floats(1, 2)), ("i", Ints(8, 9)))], []);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x });
        outputs["d"].ShouldHold([2], 1f, 2);
        outputs["i"].ShouldHold([2, 1], 0L, 1);
        outputs["v"].ShouldHold([2], 8L, 9);
        outputs["s"].ShouldHold([1], 2L);
    }

    [Fact]
    public void Lists_are_read_packed_and_one_by_one_and_the_last_of_two_features_holds()
    {
        using var model = Parsing([], [("f", DType.Float32, [2], null), ("i", DType.Int64, [3], null)], "ParseExampleV2").Load();
        // 0D: a float by itself; 08: an integer by itself.
        var floats = Message(2, [0x0D, 0, 0, 0x80, 0x3F, 0x0D, 0, 0, 0, 0x40]);
        byte[] ints = [.. Message(3, [0x08, 1]), .. Message(3, [0x0A, 2, 2, 3])];
        byte[] entries = [.. Entry("f", Floats(9, 9).ToByteArray()), .. Entry("f", floats), .. Entry("i", ints)];
        using var outputs = Run(model, Message(1, entries));
        outputs["dense0"].ShouldHold([1, 2], 1f, 2);
        outputs["dense1"].ShouldHold([1, 3], 1L, 2, 3);
    }

    [Fact]
    public void What_an_example_gets_wrong_is_named()
    {
        using var model = Parsing([("s", DType.String)], [("f", DType.Float32, [2], null)], "ParseExampleV2").Load();
        var good = Example(("f", Floats(1, 2)));
        Refused(model, good, Example()).ShouldBe("Input x is malformed: example 1 lacks the feature f; float32[2] is required.");
        Refused(model, Example(("f", Floats(1)))).ShouldBe("Input x is malformed: example 0 has 1 values in feature f; float32[2] is expected.");
        Refused(model, good, good, Example(("f", Ints(1, 2)))).ShouldBe("Input x is malformed: example 2 holds int64 values in feature f; float32[2] is expected.");
        Refused(model, Example(("f", Floats(1, 2)), ("s", Ints(1)))).ShouldBe("Input x is malformed: example 0 holds int64 values in feature s; string is expected.");
        Refused(model, "not an example"u8.ToArray()).ShouldStartWith("Input x is malformed: example 0 is no serialized tf.Example: ");
        using var matrix = Tensor.FromStrings([good], [1, 1]);
        Should.Throw<InferenceException>(() => model.Run("", new Dictionary<string, Tensor> { ["x"] = matrix })).Message
            .ShouldBe("Input x is string[1,1]: signature serving_default expects x: string[-1].");
    }

    [Fact]
    public void Damaged_examples_are_refused_or_do_no_harm()
    {
        using var model = Parsing([("s", DType.String)], [("f", DType.Float32, [2], null), ("i", DType.Int64, [-1], Tensor.From<long>([0], []))], "ParseExampleV2").Load();
        var good = Example(("f", Floats(1, 2)), ("i", Ints(300, -1)), ("s", Strings("abc", "d"))).ToArray();
        var random = new Random(20_26);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. good];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Run(model, damaged.AsMemory(0, random.Next(damaged.Length + 1))).Dispose();
            }
            catch (InferenceException e)
            {
                e.Error.ShouldBe(InferenceError.InvalidInput);
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Examples_are_parsed_inside_functions_and_may_be_taken_unparsed_too()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.String, -1);
        builder.Function("f", ["serialized"], [("f", "parse:dense_values:0"), ("same", "serialized")], f =>
        {
            f.Node("Identity", "same", ["serialized"]);
            ParseV2(f, "parse", "same:output:0", ":output:0", [], [("f", DType.Float32, [], null)]);
        });
        builder.Call("f", "call", ["x"]);
        builder.Signature("serving_default", [("x", "x", DType.String, [-1])], ("y", "call:0", DType.Float32), ("raw", "call:1", DType.String));
        using var model = builder.Load();
        using var outputs = Run(model, Example(("f", Floats(4))));
        outputs["y"].ShouldHold([1], 4f);
        outputs["raw"].Strings[0].Length.ShouldBe(Example(("f", Floats(4))).Length);
    }

    [Fact]
    public void What_cannot_be_parsed_is_refused_when_the_model_is_loaded()
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.String, -1);
        builder.Node("DecodeBase64", "decoded", ["x"]);
        ParseV2(builder, "parse", "decoded", "", [], [("f", DType.Float32, [], null)]);
        Refused(builder).ShouldEndWith("operator ParseExampleV2 (node parse) parses the output of operator DecodeBase64 (node decoded); only an input of the signature is supported.");

        var ragged = new SavedModelBuilder();
        ragged.Placeholder("x", DType.String, -1);
        ParseV2(ragged, "parse", "x", "", [], [("f", DType.Float32, [], null)], "r");
        Refused(ragged).ShouldEndWith("operator ParseExampleV2 (node parse) parses r as a ragged feature, which is not supported.");

        using var folder = Parsing([], [("f", DType.Float32, [], null)], "ParseExample").Save();
        Should.Throw<ModelFormatException>(() => ModelLoader.Translate(folder.Path)).Message
            .ShouldEndWith("signature serving_default: it parses serialized examples (input x), for which ONNX has no operator.");
    }

    private static SavedModelBuilder Parsing((string Key, DType Type)[] sparse, (string Key, DType Type, long[] Shape, Tensor? Default)[] dense, string op)
    {
        var builder = new SavedModelBuilder();
        builder.Placeholder("x", DType.String, -1);
        if (op == "ParseExample")
        {
            string[] inputs =
            [
                "x",
                builder.Strings("names"),
                .. sparse.Select((s, i) => builder.Strings($"sparse_key{i}", s.Key)),
                .. dense.Select((d, i) => builder.Strings($"dense_key{i}", d.Key)),
                .. dense.Select((d, i) => Default(builder, i, d.Type, d.Default)),
            ];
            builder.Node(op, "parse", inputs, ("Tdense", Types([.. dense.Select(d => d.Type)])), ("sparse_types", Types([.. sparse.Select(s => s.Type)])), ("dense_shapes", Shapes([.. dense.Select(d => d.Shape)])));
        }
        else
        {
            ParseV2(builder, "parse", "x", "", sparse, dense);
        }

        var n = sparse.Length;
        return builder.Signature(
            "serving_default",
            [("x", "x", DType.String, [-1])],
            [
                .. sparse.Select((s, i) => ($"indices{i}", $"parse:{i}", DType.Int64)),
                .. sparse.Select((s, i) => ($"values{i}", $"parse:{n + i}", s.Type)),
                .. sparse.Select((s, i) => ($"shape{i}", $"parse:{(2 * n) + i}", DType.Int64)),
                .. dense.Select((d, i) => ($"dense{i}", $"parse:{(3 * n) + i}", d.Type)),
            ]);
    }

    private static void ParseV2(
        SavedModelBuilder builder, string name, string input, string suffix, (string Key, DType Type)[] sparse, (string Key, DType Type, long[] Shape, Tensor? Default)[] dense, params string[] ragged) =>
        builder.Node(
            "ParseExampleV2",
            name,
            [
                input,
                builder.Strings("names") + suffix,
                builder.Strings("sparse_keys", [.. sparse.Select(s => s.Key)]) + suffix,
                builder.Strings("dense_keys", [.. dense.Select(d => d.Key)]) + suffix,
                builder.Strings("ragged_keys", ragged) + suffix,
                .. dense.Select((d, i) => Default(builder, i, d.Type, d.Default) + suffix),
            ],
            ("Tdense", Types([.. dense.Select(d => d.Type)])),
            ("sparse_types", Types([.. sparse.Select(s => s.Type)])),
            ("dense_shapes", Shapes([.. dense.Select(d => d.Shape)])),
            ("num_sparse", new AttrValue { I = sparse.Length }));

    private static string Default(SavedModelBuilder builder, int index, DType type, Tensor? value)
    {
        using var tensor = value ?? (type == DType.String ? Tensor.FromStrings([], [0]) : Tensor.Create(type, [0]));
        return builder.Const($"default{index}", tensor.ToTensorProto());
    }

    private static AttrValue Types(params DType[] types) => new() { List = new() { Type = { types.Select(t => t.ToTensorFlow()) } } };

    private static AttrValue Texts(params string[] texts) => new() { List = new() { S = { texts.Select(ByteString.CopyFromUtf8) } } };

    private static AttrValue Shapes(params long[][] shapes) => new()
    {
        List = new() { Shape = { shapes.Select(s => new TensorShapeProto { Dim = { s.Select(d => new TensorShapeProto.Types.Dim { Size = d }) } }) } },
    };

    private static Tensor Text(params string[] values) => Tensor.FromStrings([.. values.Select(v => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(v))], [values.Length]);

    private static Feature Floats(params float[] values) => new() { FloatList = new FloatList { Value = { values } } };

    private static Feature Ints(params long[] values) => new() { Int64List = new Int64List { Value = { values } } };

    private static Feature Strings(params string[] values) => new() { BytesList = new BytesList { Value = { values.Select(ByteString.CopyFromUtf8) } } };

    private static ReadOnlyMemory<byte> Example(params (string Key, Feature Value)[] features)
    {
        var example = new Example { Features = new Features() };
        foreach (var (key, value) in features)
        {
            example.Features.Feature.Add(key, value);
        }

        return example.ToByteArray();
    }

    private static byte[] Entry(string key, byte[] feature) => Message(1, [.. Message(1, Encoding.UTF8.GetBytes(key)), .. Message(2, feature)]);

    private static byte[] Message(int field, byte[] content) => [(byte)((field << 3) | 2), (byte)content.Length, .. content];

    private static ModelOutputs Run(LoadedModel model, params ReadOnlyMemory<byte>[] examples)
    {
        using var x = Tensor.FromStrings(examples, [examples.Length]);
        return model.Run("", new Dictionary<string, Tensor> { ["x"] = x });
    }

    private static string Refused(LoadedModel model, params ReadOnlyMemory<byte>[] examples)
    {
        var error = Should.Throw<InferenceException>(() => Run(model, examples));
        error.Error.ShouldBe(InferenceError.InvalidInput);
        error.Field.ShouldBe("x");
        return error.Message;
    }

    private static string Refused(SavedModelBuilder builder)
    {
        using var folder = builder.Signature("serving_default", [("x", "x", DType.String, [-1])], ("y", "parse", DType.Float32)).Save();
        return Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Path)).Message;
    }
}
