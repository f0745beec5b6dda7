using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.Tests.Rest;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Tests.Tensors;

public sealed class BrainFloatTests
{
    [Fact]
    public void Every_value_of_sixteen_bits_survives_the_way_to_a_single_and_back()
    {
        for (var bits = 0; bits <= ushort.MaxValue; bits++)
        {
            var value = BrainFloat.FromBits((ushort)bits);
            if (float.IsNaN(value))
            {
                float.IsNaN(BrainFloat.FromBits(BrainFloat.ToBits(value))).ShouldBeTrue();
            }
            else
            {
                BrainFloat.ToBits(value).ShouldBe((ushort)bits);
            }
        }
    }

    [Fact]
    public void Other_values_are_rounded_to_the_nearest_and_halves_to_the_even_one()
    {
        BrainFloat.ToBits(BitConverter.UInt32BitsToSingle(0x3F80_8000)).ShouldBe((ushort)0x3F80);
        BrainFloat.ToBits(BitConverter.UInt32BitsToSingle(0x3F81_8000)).ShouldBe((ushort)0x3F82);
        BrainFloat.ToBits(BitConverter.UInt32BitsToSingle(0x3F80_8001)).ShouldBe((ushort)0x3F81);
        BrainFloat.ToBits(float.MaxValue).ShouldBe((ushort)0x7F80);
    }

    [Fact]
    public void Json_carries_them()
    {
        var request = Json.Read("""{"instances": [1.5, "-Infinity"]}""", Json.Input("x", DataType.DtBfloat16, -1));
        request.Inputs["x"].TensorContent.ToByteArray().ShouldBe([0xC0, 0x3F, 0x80, 0xFF]);
    }
}
