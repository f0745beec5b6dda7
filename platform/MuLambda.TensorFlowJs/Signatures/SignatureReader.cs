using System.Globalization;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;
using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Signatures;

/// <summary>
/// Finds the signature: declared in <c>signature</c> or <c>userDefinedMetadata.signature</c>, or, as far as nothing is declared, the
/// graph's placeholders and the tensors that nobody reads.
/// </summary>
internal sealed class SignatureReader
{
    private const string Placeholder = "Placeholder";

    private readonly JsonMember root;
    private readonly GraphDef graph;
    private readonly Dictionary<string, NodeDef> nodes;

    private SignatureReader(JsonMember root, GraphDef graph)
    {
        this.root = root;
        this.graph = graph;
        nodes = graph.Node.ToDictionary(node => node.Name, StringComparer.Ordinal);
    }

    /// <exception cref="TensorFlowJsException">A declared tensor is not in the graph, or nothing is known of a tensor's type.</exception>
    public static SignatureDef Read(JsonMember root, GraphDef graph)
    {
        var reader = new SignatureReader(root, graph);
        var declared = root.Optional("signature") ?? root.Optional("userDefinedMetadata")?.Optional("signature");
        var signature = new SignatureDef
        {
            Inputs = { reader.Tensors(declared?.Optional("inputs"), reader.Placeholders) },
            Outputs = { reader.Tensors(declared?.Optional("outputs"), reader.Unread) },
        };
        if (signature.Outputs.Count == 0)
        {
            throw root.Wrong("has no signature, and its graph no tensor that could be an output");
        }

        FreeBatch(signature);
        return signature;
    }

    /// <summary>
    /// An output's first size of 1 next to inputs of any batch is what the converter saw when it ran one example. An unknown size is
    /// right in any case.
    /// </summary>
    private static void FreeBatch(SignatureDef signature)
    {
        if (signature.Inputs.Count == 0 || !signature.Inputs.Values.All(input => input.TensorShape?.Dim is [{ Size: -1 }, ..]))
        {
            return;
        }

        foreach (var output in signature.Outputs.Values)
        {
            if (output.TensorShape?.Dim is [{ Size: 1 } batch, ..])
            {
                batch.Size = -1;
            }
        }
    }

    private IEnumerable<string> Placeholders => graph.Node.Where(node => node.Op == Placeholder).Select(node => node.Name);

    private IEnumerable<string> Unread
    {
        get
        {
            var read = graph.Node.SelectMany(node => node.Input).Select(NodeOf).ToHashSet(StringComparer.Ordinal);
            return graph.Node
                .Where(node => node.Op is not (Placeholder or "Const" or "NoOp") && !read.Contains(node.Name))
                .Select(node => node.Name);
        }
    }

    private Dictionary<string, TensorInfo> Tensors(JsonMember? declared, IEnumerable<string> otherwise)
    {
        var members = declared?.Members().ToList() ?? [];
        if (members.Count == 0)
        {
            return otherwise.ToDictionary(name => name, name => Complete(new TensorInfo { Name = name }, root), StringComparer.Ordinal);
        }

        var names = members.Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
        return members.ToDictionary(
            member => TensorNames.Clean(member.Name, names),
            member =>
            {
                var info = member.Member.Message<TensorInfo>();
                info.Name = info.Name.Length > 0 ? info.Name : member.Name;
                return Complete(info, member.Member);
            },
            StringComparer.Ordinal);
    }

    /// <summary>Adds what the graph knows of a tensor.</summary>
    private TensorInfo Complete(TensorInfo info, JsonMember member)
    {
        var node = nodes.GetValueOrDefault(NodeOf(info.Name))
            ?? throw member.Wrong($"names the tensor {info.Name}, of a node that the graph does not have");
        info.Name = info.Name.Length == node.Name.Length ? $"{node.Name}:0" : info.Name;
        var type = node.Op == Placeholder ? node.Attr.GetValueOrDefault("dtype")?.Type ?? DataType.DtInvalid : OutputTypes.Of(node);
        if (info.Dtype == DataType.DtInvalid)
        {
            info.Dtype = type != DataType.DtInvalid
                ? type
                : throw member.Wrong($"has no dtype for {info.Name}, and its operator {node.Op} does not tell one");
        }
        else if (node.Op == Placeholder && type != DataType.DtInvalid && type != info.Dtype)
        {
            throw member.Wrong(
                $"says that {info.Name} is {TensorDataTypes.NameOf(info.Dtype)}; its placeholder is {TensorDataTypes.NameOf(type)}");
        }

        info.TensorShape ??= node.Op == Placeholder && node.Attr.GetValueOrDefault("shape")?.Shape is { } shape
            ? shape.Clone()
            : new TensorShapeProto { UnknownRank = true };
        return info;
    }

    /// <summary>The node of a tensor or of a node's input: <c>node</c>, <c>node:1</c> or <c>^node</c>.</summary>
    private static string NodeOf(string tensor)
    {
        var start = tensor.StartsWith('^') ? 1 : 0;
        var colon = tensor.LastIndexOf(':');
        return colon > start && int.TryParse(tensor.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? tensor[start..colon]
            : tensor[start..];
    }
}
