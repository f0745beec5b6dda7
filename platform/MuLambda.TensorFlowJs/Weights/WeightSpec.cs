using MuLambda.Protocol.TensorFlow;
using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>A weight as the manifest declares it.</summary>
/// <param name="Name">The name of its constant in the graph.</param>
/// <param name="Type">The type TensorFlow.js computes with.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Elements">Their product.</param>
/// <param name="Quantization">How the stored values become values of the type; null where they are stored as they are.</param>
/// <param name="Member">Its place in the file.</param>
internal sealed record WeightSpec(
    string Name, DataType Type, IReadOnlyList<long> Shape, long Elements, Quantization? Quantization, JsonMember Member)
{
    private const int MaxRank = 254;

    /// <summary>The type of the stored values.</summary>
    public DataType StoredType => Quantization?.StoredType ?? Type;

    /// <exception cref="TensorFlowJsException">A member is missing or wrong.</exception>
    public static WeightSpec Read(JsonMember member)
    {
        var type = member.Required("dtype");
        if (!WeightTypes.TryParse(type.Text(), out var dataType))
        {
            throw type.Wrong($"is '{type.Text()}'; the types of weights are {WeightTypes.Names}");
        }

        var shapeMember = member.Required("shape");
        var shape = shapeMember.Items().Select(size => size.Size()).ToArray();
        if (shape.Length > MaxRank)
        {
            throw shapeMember.Wrong($"has {shape.Length} dimensions; the limit is {MaxRank}");
        }

        return new WeightSpec(
            member.Required("name").Text(), dataType, shape, Product(shapeMember, shape),
            Quantization.Read(member.Optional("quantization"), dataType), member);
    }

    private static long Product(JsonMember member, long[] shape)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        long product = 1;
        foreach (var size in shape)
        {
            if (product > int.MaxValue / size)
            {
                throw member.Wrong($"has more than {int.MaxValue} elements");
            }

            product *= size;
        }

        return product;
    }
}
