using System.Buffers.Binary;
using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;
using MuLambda.TensorFlowJs.Graphs;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>Puts the weights into the graph's constants.</summary>
internal sealed class WeightLoader
{
    private const string ValueAttribute = "value";
    private const string TypeAttribute = "dtype";

    private readonly ImportedGraph graph;
    private readonly TensorFlowJsLimits limits;
    private long bytes;

    private WeightLoader(ImportedGraph graph, TensorFlowJsLimits limits)
    {
        this.graph = graph;
        this.limits = limits;
    }

    /// <exception cref="TensorFlowJsException">A weight or a constant is wrong, or there are more bytes than the limits allow.</exception>
    public static void Load(ImportedGraph graph, IReadOnlyList<WeightGroup> groups, string directory, TensorFlowJsLimits limits)
    {
        var loader = new WeightLoader(graph, limits);
        foreach (var group in groups)
        {
            using var shards = ShardFiles.Open(group, directory);
            loader.Load(group, shards);
        }

        loader.CheckConstants();
    }

    private void Load(WeightGroup group, ShardFiles shards)
    {
        if (shards.Remaining > limits.MaxWeightBytes)
        {
            throw group.Member.Wrong($"has {shards.Remaining} bytes of weights; the limit is {limits.MaxWeightBytes}");
        }

        foreach (var weight in group.Weights)
        {
            var node = graph.Constants.GetValueOrDefault(weight.Name).Node;
            var declared = node?.Attr.GetValueOrDefault(TypeAttribute)?.Type ?? DataType.DtInvalid;
            var type = declared == DataType.DtInvalid ? weight.Type : declared;
            if (!WeightDecoder.CanBecome(weight.Type, type))
            {
                throw weight.Member.Wrong(
                    $"({weight.Name}) has the type {WeightTypes.NameOf(weight.Type)}; its constant has {TensorDataTypes.NameOf(type)}");
            }

            var tensor = weight.Type == DataType.DtString ? ReadStrings(weight, shards) : ReadNumbers(weight, shards, type);

            // TensorFlow.js ignores weights that no constant has, and so do we; their bytes have to be passed all the same.
            if (node is not null)
            {
                tensor.TensorShape = new TensorShapeProto { Dim = { weight.Shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } };
                node.Attr[TypeAttribute] = new AttrValue { Type = type };
                node.Attr[ValueAttribute] = new AttrValue { Tensor = tensor };
            }
        }

        if (shards.Remaining > 0)
        {
            throw group.Member.Wrong($"has {shards.Remaining} bytes more in its files than its weights need");
        }
    }

    private TensorProto ReadNumbers(WeightSpec weight, ShardFiles shards, DataType type)
    {
        var needed = weight.Elements * WeightTypes.StoredBytes(weight.StoredType);
        Check(weight, shards, needed);
        var width = weight.Type == type && weight.Quantization is null
            ? WeightTypes.StoredBytes(weight.StoredType)
            : TensorDataTypes.ElementBytes(type);
        Count(weight, weight.Elements * width);
        var stored = new byte[needed];
        shards.ReadExactly(stored);
        return new TensorProto { Dtype = type, TensorContent = UnsafeByteOperations.UnsafeWrap(WeightDecoder.Decode(weight, stored, type)) };
    }

    /// <summary>Strings, each after its length in four bytes, little-endian.</summary>
    private TensorProto ReadStrings(WeightSpec weight, ShardFiles shards)
    {
        var tensor = new TensorProto { Dtype = DataType.DtString };
        Span<byte> prefix = stackalloc byte[sizeof(uint)];
        for (long i = 0; i < weight.Elements; i++)
        {
            Check(weight, shards, prefix.Length);
            shards.ReadExactly(prefix);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
            Check(weight, shards, length);
            Count(weight, prefix.Length + length);
            var text = new byte[length];
            shards.ReadExactly(text);
            tensor.StringVal.Add(UnsafeByteOperations.UnsafeWrap(text));
        }

        return tensor;
    }

    private static void Check(WeightSpec weight, ShardFiles shards, long needed)
    {
        if (needed > shards.Remaining)
        {
            throw weight.Member.Wrong($"({weight.Name}) needs {needed} bytes; {shards.Remaining} are left in the files of its group");
        }
    }

    private void Count(WeightSpec weight, long added)
    {
        bytes += added;
        if (bytes > limits.MaxWeightBytes)
        {
            throw weight.Member.Wrong($"({weight.Name}) brings the weights to {bytes} bytes; the limit is {limits.MaxWeightBytes}");
        }
    }

    private void CheckConstants()
    {
        foreach (var (node, member) in graph.Constants.Values)
        {
            if (node.Attr.GetValueOrDefault(ValueAttribute)?.Tensor is not { } tensor || !HasValues(tensor))
            {
                throw member.Wrong($"(Const {node.Name}) has neither a weight in weightsManifest nor a value of its own");
            }
        }
    }

    // Whether the values fill the shape is for whoever loads the graph: it may be one value for a large tensor.
    private static bool HasValues(TensorProto tensor) =>
        !tensor.TensorContent.IsEmpty
        || tensor.FloatVal.Count + tensor.DoubleVal.Count + tensor.IntVal.Count + tensor.Int64Val.Count + tensor.BoolVal.Count
            + tensor.HalfVal.Count + tensor.Uint32Val.Count + tensor.Uint64Val.Count + tensor.StringVal.Count > 0
        || tensor.TensorShape?.Dim.Any(dim => dim.Size == 0) == true;
}
