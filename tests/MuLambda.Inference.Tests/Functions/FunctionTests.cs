using MuLambda.Inference.Tests.Graphs;
using MuLambda.Protocol.TensorFlow;
using static MuLambda.Inference.Tests.Graphs.SavedModelBuilder;

namespace MuLambda.Inference.Tests.Functions;

public sealed class FunctionTests
{
    [Fact]
    public void Nested_calls_are_replaced_by_what_they_call()
    {
        var builder = Start();
        builder.Function("inner", ["v", "w"], [("sum", "add:z:0"), ("same", "v")], f => f.Node("AddV2", "add", ["v", "w"]));
        builder.Function("outer", ["v"], [("r", "call:output:0"), ("s", "call:output:1")], f =>
        {
            f.Const("two", [2f]);
            f.Call("inner", "call", ["v", "two:output:0"]);
        });
        builder.Call("outer", "first", ["x"]);
        builder.Call("outer", "second", ["first:0"]);
        Run(builder.Signature("serving_default", [X], ("y", "second:0", DType.Float32)), 1).ShouldBe(5);
        Run(builder.Signature("other", [X], ("y", "second:1", DType.Float32)), 1, "other").ShouldBe(3);
    }

    [Fact]
    public void A_function_may_be_called_as_an_operator_with_attributes_that_its_nodes_take()
    {
        var builder = Start();
        builder.Function("Halve", ["v"], [("half", "div:z:0"), ("whole", "cast:y:0")], f =>
        {
            f.Const("two", [2f]);
            f.Node("RealDiv", "div", ["v", "two:output:0"]);
            f.Node("Cast", "cast", ["div:z:0"], ("DstT", new AttrValue { Placeholder = "To" }));
        });
        builder.Node("Halve", "halve", ["x"], ("To", new AttrValue { Type = DataType.DtInt32 }));
        builder.Function("again", ["v"], [("r", "h:whole:0")], f => f.Node("Halve", "h", ["v"], ("To", new AttrValue { Placeholder = "Out" })));
        builder.Call("again", "call", ["halve:0"], ("Out", new AttrValue { Type = DataType.DtInt64 }));
        builder.Signature("serving_default", [X], ("y", "halve:1", DType.Int32), ("z", "call", DType.Int64));
        using var model = builder.Load();
        using var x = Tensor.From<float>([10], [1]);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x });
        outputs["y"].ShouldHold([1], 5);
        outputs["z"].ShouldHold([1], 2L);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Outputs_are_found_by_name_with_and_without_the_files_own_list_of_operators(bool listed)
    {
        var builder = Start();
        builder.Function("f", ["v"], [("a", "parts:output:1"), ("b", "top:indices:0")], f =>
        {
            f.Node("Split", "parts", [f.Int("axis", 0) + ":output:0", "v"], ("num_split", new AttrValue { I = 2 }));
            f.Node("TopKV2", "top", ["v", f.Int("k", 1) + ":output:0"]);
        });
        builder.Call("f", "call", ["x"]);
        builder.Signature("serving_default", [("x", "x", DType.Float32, [2])], ("a", "call:0", DType.Float32), ("b", "call:1", DType.Int32));
        if (listed)
        {
            builder.Meta.MetaInfoDef.StrippedOpList = new OpList
            {
                Op =
                {
                    new OpDef { Name = "Split", OutputArg = { new OpDef.Types.ArgDef { Name = "output", NumberAttr = "num_split" } } },
                    new OpDef { Name = "TopKV2", OutputArg = { new OpDef.Types.ArgDef { Name = "values" }, new OpDef.Types.ArgDef { Name = "indices" } } },
                },
            };
        }

        using var model = builder.Load();
        using var x = Tensor.From<float>([3, 4], [2]);
        using var outputs = model.Run("", new Dictionary<string, Tensor> { ["x"] = x });
        outputs["a"].ShouldHold([1], 4f);
        outputs["b"].ShouldHold([1], 1);
    }

    [Fact]
    public void Names_inside_calls_never_meet_those_of_the_graph()
    {
        var builder = Start();
        builder.Function("f", ["v"], [("r", "n:y:0")], f => f.Node("Neg", "n", ["v"]));
        builder.Call("f", "call", ["x"]);
        builder.Node("Relu", "call/n", ["x"]);
        builder.Node("AddV2", "sum", ["call", "call/n"]);
        Run(builder.Signature("serving_default", [X], ("y", "sum", DType.Float32)), 3).ShouldBe(0);
    }

    [Fact]
    public void A_signature_may_feed_the_result_of_a_call()
    {
        var builder = Start();
        builder.Call("nowhere", "call", ["x"]);
        builder.Node("Neg", "y", ["call:0"]);
        Run(builder.Signature("serving_default", [("x", "call:0", DType.Float32, [-1])], ("y", "y", DType.Float32)), 3).ShouldBe(-3);
    }

    [Fact]
    public void What_is_not_needed_inside_a_function_is_not_looked_at()
    {
        var builder = Start();
        builder.Function("f", ["v"], [("r", "n:y:0"), ("bad", "frobnicate:z:0")], f =>
        {
            f.Node("Neg", "n", ["v", "^assert"]);
            f.Node("Assert", "assert", ["v"]);
            f.Node("Frobnicate", "frobnicate", ["v"]);
        });
        builder.Call("f", "call", ["x"]);
        Run(builder.Signature("serving_default", [X], ("y", "call:0", DType.Float32)), 3).ShouldBe(-3);
    }

    [Fact]
    public void An_operator_without_translation_is_named_with_the_calls_that_lead_to_it()
    {
        var builder = Start();
        builder.Function("inner", ["v"], [("r", "loop:output:0")], f => f.Node("While", "loop", ["v"]));
        builder.Function("outer", ["v"], [("r", "deep:output:0")], f => f.Call("inner", "deep", ["v"]));
        builder.Call("outer", "call", ["x"]);
        Refused(builder, "call:0").ShouldEndWith("signature s: operator While (node call/deep/loop) is not supported.");
    }

    [Fact]
    public void Calls_that_cannot_be_followed_are_refused_by_name()
    {
        Refused(Start().With(b => b.Call("none", "call", ["x"])), "call:0").ShouldEndWith("operator StatefulPartitionedCall (node call) calls the function none, which the graph does not have.");
        Refused(Negate().With(b => b.Call("f", "call", [])), "call:0").ShouldEndWith("(node call) passes 0 values to the function f, which takes 1.");
        Refused(Negate().With(b => b.Call("f", "call", ["x"])), "call:1").ShouldEndWith("(node call) has 1 outputs; call:1 is needed.");
        Refused(Start().Function("f", ["v"], [("r", "n:values:0")], f => f.Node("TopKV2", "n", ["v"])).With(b => b.Call("f", "call", ["x"])), "call").ShouldContain("(node call/n) has ");
        Refused(Start().Function("f", ["v"], [("r", "n:other:0")], f => f.Node("TopKV2", "n", ["v"])).With(b => b.Call("f", "call", ["x"])), "call").ShouldEndWith("operator TopKV2 (node call/n) has no output other:0.");
        Refused(Start().Function("f", ["v"], [("r", "missing:y:0")], _ => { }).With(b => b.Call("f", "call", ["x"])), "call").ShouldContain("the graph has no node call/missing");
    }

    [Fact]
    public void A_function_that_calls_itself_is_refused()
    {
        var builder = Start();
        builder.Function("f", ["v"], [("r", "c:output:0")], f => f.Call("g", "c", ["v"]));
        builder.Function("g", ["v"], [("r", "c:output:0")], f => f.Call("f", "c", ["v"]));
        builder.Call("f", "call", ["x"]);
        Refused(builder, "call").ShouldEndWith("function f calls itself (node call/c/c), which is not supported.");
    }

    [Fact]
    public void A_call_that_takes_its_own_result_is_refused()
    {
        var builder = Start();
        builder.Function("f", ["v"], [("r", "v")], _ => { });
        builder.Call("f", "call", ["call:0"]);
        Refused(builder, "call").ShouldContain("depends on itself");
    }

    [Fact]
    public void Calls_that_multiply_are_refused_before_they_fill_the_memory()
    {
        var builder = Start();
        builder.Function("f0", ["v"], [("r", "n:y:0")], f => f.Node("Neg", "n", ["v"]));
        for (var i = 1; i < 50; i++)
        {
            var inner = $"f{i - 1}";
            builder.Function($"f{i}", ["v"], [("r", "sum:z:0")], f =>
            {
                f.Call(inner, "a", ["v"]);
                f.Call(inner, "b", ["v"]);
                f.Node("AddV2", "sum", ["a:output:0", "b:output:0"]);
            });
        }

        builder.Call("f49", "call", ["x"]);
        Refused(builder, "call", new ModelLimits { MaxNodes = 20_000 }).ShouldContain("it has more than 20000 nodes once the calls of functions are replaced by what they call");
    }

    [Fact]
    public void Calls_nested_too_deep_are_refused()
    {
        var builder = Start();
        builder.Function("f0", ["v"], [("r", "v")], _ => { });
        for (var i = 1; i < 100; i++)
        {
            var inner = $"f{i - 1}";
            builder.Function($"f{i}", ["v"], [("r", "c:output:0")], f => f.Call(inner, "c", ["v"]));
        }

        builder.Call("f99", "call", ["x"]);
        Refused(builder, "call").ShouldContain("calls are nested deeper than 64");
    }

    private static (string, string, DType, long[]?) X => ("x", "x", DType.Float32, [-1]);

    private static SavedModelBuilder Start() => new SavedModelBuilder().With(b => b.Placeholder("x", DType.Float32, -1));

    private static SavedModelBuilder Negate() => Start().Function("f", ["v"], [("r", "n:y:0")], f => f.Node("Neg", "n", ["v"]));

    private static float Run(SavedModelBuilder builder, float value, string signature = "")
    {
        using var model = builder.Load();
        using var x = Tensor.From<float>([value], [1]);
        using var outputs = model.Run(signature, new Dictionary<string, Tensor> { ["x"] = x });
        return outputs["y"].AsReadOnlySpan<float>()[0];
    }

    private static string Refused(SavedModelBuilder builder, string output, ModelLimits? limits = null)
    {
        using var folder = builder.Signature("s", [X], ("y", output, DType.Float32)).Save();
        return Should.Throw<ModelFormatException>(() => ModelLoader.Inspect(folder.Path, limits)).Message;
    }
}
