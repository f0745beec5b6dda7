using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.Tests.Graphs;

/// <summary>Functions and variables of SavedModels, as TensorFlow 2 writes them.</summary>
internal static class FunctionWriter
{
    /// <summary>Adds a function whose nodes are written like those of a graph.</summary>
    public static SavedModelBuilder Function(
        this SavedModelBuilder builder, string name, string[] arguments, (string Output, string Value)[] results, Action<SavedModelBuilder> body)
    {
        var nodes = new SavedModelBuilder();
        body(nodes);
        var function = new FunctionDef { Signature = new OpDef { Name = name } };
        function.Signature.InputArg.Add(arguments.Select(a => new OpDef.Types.ArgDef { Name = a }));
        function.Signature.OutputArg.Add(results.Select(r => new OpDef.Types.ArgDef { Name = r.Output }));
        function.NodeDef.Add(nodes.Graph.Node);
        foreach (var (output, value) in results)
        {
            function.Ret.Add(output, value);
        }

        builder.Graph.Library ??= new FunctionDefLibrary();
        builder.Graph.Library.Function.Add(function);
        return builder;
    }

    public static string Call(this SavedModelBuilder builder, string function, string name, string[] inputs, params (string Name, AttrValue Value)[] attributes)
    {
        var f = new NameAttrList { Name = function };
        foreach (var (key, value) in attributes)
        {
            f.Attr.Add(key, value);
        }

        return builder.Node("StatefulPartitionedCall", name, inputs, ("f", new AttrValue { Func = f }));
    }

    public static string Variable(this SavedModelBuilder builder, string name, DType type, params long[] shape) =>
        builder.Node("VarHandleOp", name, [], SavedModelBuilder.Attr("dtype", type), SavedModelBuilder.Attr("shared_name", name), ("shape", new AttrValue { Shape = Shape(shape) }));

    public static string Strings(this SavedModelBuilder builder, string name, params string[] values)
    {
        using var tensor = Tensor.FromStrings([.. values.Select(v => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(v))], [values.Length]);
        return builder.Const(name, tensor.ToTensorProto());
    }

    private static TensorShapeProto Shape(long[] shape)
    {
        var proto = new TensorShapeProto();
        proto.Dim.Add(shape.Select(s => new TensorShapeProto.Types.Dim { Size = s }));
        return proto;
    }
}
