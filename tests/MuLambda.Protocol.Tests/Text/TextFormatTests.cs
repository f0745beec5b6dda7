using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Text;

namespace MuLambda.Protocol.Tests.Text;

public sealed class TextFormatTests
{
    [Fact]
    public void A_graph_is_read_as_tensorflow_prints_it()
    {
        var graph = TextFormat.Parse<GraphDef>(
            """
            # A comment.
            node {
              name: "x"
              op: "Placeholder"
              attr { key: "dtype" value { type: DT_FLOAT } }
              attr { key: "shape" value { shape { dim { size: -1 } dim { size: 28 } } } }
            }
            node { name: "c", op: 'Const'; attr < key: "value" value < tensor < dtype: DT_DOUBLE double_val: [1, -2.5e3, inf, .5f] > > > }
            versions: { producer: 0x10 min_consumer: 012 }
            """);
        graph.Node.Select(n => n.Name).ShouldBe(["x", "c"]);
        graph.Node[0].Attr["dtype"].Type.ShouldBe(DataType.DtFloat);
        graph.Node[0].Attr["shape"].Shape.Dim.Select(d => d.Size).ShouldBe([-1, 28]);
        graph.Node[1].Attr["value"].Tensor.DoubleVal.ShouldBe([1, -2500, double.PositiveInfinity, .5]);
        graph.Versions.Producer.ShouldBe(16);
        graph.Versions.MinConsumer.ShouldBe(10);
    }

    [Fact]
    public void Strings_are_joined_and_their_escapes_resolved() =>
        TextFormat.Parse<TensorProto>("""tensor_content: "\000\377\x41\n" '\'"' "\u00e9\U0001F600\\" string_val: "ü" """)
            .ShouldBe(new TensorProto
            {
                TensorContent = ByteString.CopyFrom([0, 255, 65, 10, (byte)'\'', (byte)'"', 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, (byte)'\\']),
                StringVal = { ByteString.CopyFromUtf8("ü") },
            });

    [Fact]
    public void Numbers_of_every_kind_are_read() =>
        TextFormat.Parse<TensorProto>("dtype: 3 int_val: -2147483648 int64_val: [-9223372036854775808, 9223372036854775807] uint32_val: 4294967295 uint64_val: 18446744073709551615 float_val: [-inf, 1e-3] bool_val: [true, 0, t, false]")
            .ShouldBe(new TensorProto
            {
                Dtype = DataType.DtInt32, IntVal = { int.MinValue }, Int64Val = { long.MinValue, long.MaxValue }, Uint32Val = { uint.MaxValue }, Uint64Val = { ulong.MaxValue },
                FloatVal = { float.NegativeInfinity, 1e-3f }, BoolVal = { true, false, true, false },
            });

    [Theory]
    [InlineData("node {\n  nam: \"x\"\n}", "line 2, column 3: NodeDef has no field nam")]
    [InlineData("node {\n  name: 5 }", "line 2, column 9: field name takes a quoted string, given '5'")]
    [InlineData("node { name: \"x\" name: \"y\" }", "line 1, column 18: field name is given twice")]
    [InlineData("node { attr { value { i: 1 b: true } } }", "line 1, column 28: AttrValue takes one of its fields list, s, i, f, b, type, shape, tensor, placeholder, func only")]
    [InlineData("node { attr { value { type: DT_NOTHING } } }", "line 1, column 29: field type takes a value of DataType, given 'DT_NOTHING'")]
    [InlineData("versions { producer: 2147483648 }", "line 1, column 22: field producer takes a whole number of type int32, given '2147483648'")]
    [InlineData("versions { producer: 089 }", "line 1, column 22: field producer takes a whole number of type int32, given '089'")]
    [InlineData("versions { producer: [1] }", "line 1, column 22: field producer takes one value, given a list")]
    [InlineData("node { attr { value { b: 2 } } }", "line 1, column 26: field b takes true or false, given '2'")]
    [InlineData("node { name: \"\\q\" }", "line 1, column 15: '\\q' is no escape sequence of a string")]
    [InlineData("node { name: \"\\377\" }", "line 1, column 14: field name takes text; the string is not UTF-8")]
    [InlineData("node { name: \"x\n\" }", "line 1, column 14: the string has no closing \"")]
    [InlineData("node { name \"x\" }", "line 1, column 13: expected a colon after name, given '\"x\"'")]
    [InlineData("node { name: \"x\"", "line 1, column 17: expected }, given the end of the text")]
    [InlineData("node { > }", "line 1, column 8: expected }, given '>'")]
    [InlineData("}", "line 1, column 1: expected a field's name, given '}'")]
    [InlineData("node: [ { name: \"a\" }, ]", "line 1, column 24: expected {, given ']'")]
    [InlineData("[type.googleapis.com/x]: { }", "line 1, column 1: GraphDef has no field [type.googleapis.com/x]")]
    public void What_is_wrong_is_said_with_line_and_column(string text, string message) =>
        Should.Throw<TextFormatException>(() => TextFormat.Parse<GraphDef>(text)).Message.ShouldBe(message);

    [Fact]
    public void Unknown_fields_are_passed_over_when_asked_to() =>
        TextFormat.Parse<GraphDef>(
            "other { deep: [1, -2.5, 'x' \"y\", { z < > }] ; a: inf [ext.x] { v: \"}\" } } also: [] more: DT_X node { name: 'n' }",
            new TextFormatOptions { IgnoreUnknownFields = true }).Node.ShouldHaveSingleItem().Name.ShouldBe("n");

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("a {", 1000));
        Should.Throw<TextFormatException>(() => TextFormat.Parse<GraphDef>(deep, new TextFormatOptions { IgnoreUnknownFields = true }))
            .Message.ShouldBe("line 1, column 195: messages are nested deeper than 64");
        Should.Throw<TextFormatException>(() => TextFormat.Parse<GraphDef>("node { }", new TextFormatOptions { MaxCharacters = 7 }))
            .Message.ShouldEndWith("the text has 8 characters; the limit is 7");
    }

    [Fact]
    public void Damaged_text_is_refused_and_nothing_else_happens()
    {
        const string Original = "node { name: \"x\\n\" op: 'C' attr { key: \"v\" value { tensor { double_val: [1, -2e3] dtype: DT_FLOAT } } } } versions { producer: 0x1 }";
        var random = new Random(20_26);
        var refused = 0;
        for (var i = 0; i < 5000; i++)
        {
            var text = Original.ToCharArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                text[random.Next(text.Length)] = (char)random.Next(32, 127);
            }

            try
            {
                TextFormat.Parse<GraphDef>(new string(text, 0, random.Next(text.Length + 1)));
            }
            catch (TextFormatException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(1000, 5000);
    }
}
