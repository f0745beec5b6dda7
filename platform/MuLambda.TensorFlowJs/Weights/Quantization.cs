using MuLambda.Protocol.TensorFlow;
using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>How stored values become a weight's.</summary>
/// <param name="StoredType">Half: the value itself. Bytes and 16-bit numbers: <c>value * scale + min</c>.</param>
/// <param name="Scale">The step from one stored number to the next.</param>
/// <param name="Min">What a stored 0 stands for.</param>
internal sealed record Quantization(DataType StoredType, double Scale = 1, double Min = 0)
{
    /// <exception cref="TensorFlowJsException">A member is missing or wrong, or the weight's type is never quantised.</exception>
    public static Quantization? Read(JsonMember? member, DataType weightType)
    {
        if (member is not { } given)
        {
            return null;
        }

        var type = given.Required("dtype");
        switch (type.Text())
        {
            case "float16" when weightType == DataType.DtFloat:
                return new Quantization(DataType.DtHalf);
            case "uint8" or "uint16" when weightType is DataType.DtFloat or DataType.DtInt32:
                return new Quantization(
                    type.Text() == "uint8" ? DataType.DtUint8 : DataType.DtUint16,
                    given.Required("scale").Number(),
                    given.Required("min").Number());
            default:
                throw type.Wrong(
                    $"is '{type.Text()}', of a weight of type {WeightTypes.NameOf(weightType)}; float32 is quantised to float16, " +
                    "float32 and int32 to uint8 and uint16");
        }
    }
}
