using Google.Protobuf;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.Tests.Tensors;

public sealed class TensorProtoTests
{
    [Fact]
    public void Every_type_survives_the_way_there_and_back()
    {
        Same(Tensor.From<float>([1.5f, -2], [2]));
        Same(Tensor.From<double>([1e-300], []));
        Same(Tensor.From<int>([int.MinValue, 7], [1, 2]));
        Same(Tensor.From<long>([long.MaxValue], [1]));
        Same(Tensor.From<byte>([0, 255], [2, 1]));
        Same(Tensor.From<bool>([true, false], [2]));
        Same(Tensor.From<float>([], [0, 3]));
        Same(Tensor.From<Half>([(Half)1.5, Half.NegativeInfinity], [2]));
        Same(Tensor.From<sbyte>([-128, 127], [2]));
        Same(Tensor.From<short>([short.MinValue], [1]));
        Same(Tensor.From<ushort>([ushort.MaxValue], [1]));
        Same(Tensor.From<uint>([uint.MaxValue], [1]));
        Same(Tensor.From<ulong>([ulong.MaxValue], [1]));
        Same(Tensor.Create(DType.BFloat16, [0]));
    }

    [Fact]
    public void Strings_survive_as_bytes()
    {
        using var tensor = Tensor.FromStrings([new byte[] { 0, 255 }, default], [2]);
        using var back = TensorProto.Parser.ParseFrom(tensor.ToTensorProto().ToByteArray()).ToTensor("t");
        back.ToString().ShouldBe("string[2]");
        back.Strings[0].ToArray().ShouldBe([0, 255]);
        back.Strings[1].Length.ShouldBe(0);
        tensor.BorrowAsTensorProto().ShouldBe(tensor.ToTensorProto());
    }

    [Fact]
    public void The_typed_fields_are_read_too()
    {
        Read(new TensorProto { Dtype = DataType.DtFloat, FloatVal = { 1, 2 } }, 2).AsReadOnlySpan<float>().ToArray().ShouldBe([1, 2]);
        Read(new TensorProto { Dtype = DataType.DtDouble, DoubleVal = { 1, 2 } }, 2).AsReadOnlySpan<double>().ToArray().ShouldBe([1, 2]);
        Read(new TensorProto { Dtype = DataType.DtInt32, IntVal = { 1, -2 } }, 2).AsReadOnlySpan<int>().ToArray().ShouldBe([1, -2]);
        Read(new TensorProto { Dtype = DataType.DtInt64, Int64Val = { 1, -2 } }, 2).AsReadOnlySpan<long>().ToArray().ShouldBe([1, -2]);
        Read(new TensorProto { Dtype = DataType.DtUint8, IntVal = { 1, 255 } }, 2).AsReadOnlySpan<byte>().ToArray().ShouldBe([1, 255]);
        Read(new TensorProto { Dtype = DataType.DtBool, BoolVal = { true, false } }, 2).AsReadOnlySpan<bool>().ToArray().ShouldBe([true, false]);
        Read(new TensorProto { Dtype = DataType.DtInt8, IntVal = { -128, 127 } }, 2).AsReadOnlySpan<sbyte>().ToArray().ShouldBe([-128, 127]);
        Read(new TensorProto { Dtype = DataType.DtInt16, IntVal = { -5 } }, 1).AsReadOnlySpan<short>().ToArray().ShouldBe([-5]);
        Read(new TensorProto { Dtype = DataType.DtUint16, IntVal = { 65535 } }, 1).AsReadOnlySpan<ushort>().ToArray().ShouldBe([65535]);
        Read(new TensorProto { Dtype = DataType.DtUint32, Uint32Val = { uint.MaxValue } }, 1).AsReadOnlySpan<uint>().ToArray().ShouldBe([uint.MaxValue]);
        Read(new TensorProto { Dtype = DataType.DtUint64, Uint64Val = { ulong.MaxValue } }, 1).AsReadOnlySpan<ulong>().ToArray().ShouldBe([ulong.MaxValue]);
        Read(new TensorProto { Dtype = DataType.DtHalf, HalfVal = { 0x3E00 } }, 2).AsReadOnlySpan<Half>().ToArray().ShouldBe([(Half)1.5, (Half)1.5]);
        Read(new TensorProto { Dtype = DataType.DtBfloat16, HalfVal = { 0x3FC0 } }, 1).Bytes.ToArray().ShouldBe([0xC0, 0x3F]);
    }

    [Fact]
    public void The_last_value_stands_for_all_that_follow()
    {
        Read(new TensorProto { Dtype = DataType.DtFloat, FloatVal = { 1, 2 } }, 4).AsReadOnlySpan<float>().ToArray().ShouldBe([1, 2, 2, 2]);
        Read(new TensorProto { Dtype = DataType.DtUint8, IntVal = { 9 } }, 2).AsReadOnlySpan<byte>().ToArray().ShouldBe([9, 9]);
        Read(new TensorProto { Dtype = DataType.DtInt32 }, 2).AsReadOnlySpan<int>().ToArray().ShouldBe([0, 0]);
        Read(new TensorProto { Dtype = DataType.DtString, StringVal = { ByteString.CopyFromUtf8("a") } }, 2).Strings.ToArray()
            .Select(s => s.ToArray()).ShouldBe([[97], [97]]);
    }

    [Fact]
    public void Received_content_is_shared_and_cannot_be_written()
    {
        using var tensor = Proto(DataType.DtFloat, new byte[8], 2).ToTensor("t");
        Should.Throw<InvalidOperationException>(() => tensor.AsSpan<float>().Length).Message.ShouldContain("shares the memory of a message");
    }

    [Fact]
    public void Content_at_an_odd_address_is_copied()
    {
        var bytes = new byte[9];
        BitConverter.TryWriteBytes(bytes.AsSpan(1), 42L);
        using var tensor = new TensorProto
        {
            Dtype = DataType.DtInt64, TensorShape = Shape(1), TensorContent = UnsafeByteOperations.UnsafeWrap(bytes.AsMemory(1)),
        }.ToTensor("t");
        tensor.AsSpan<long>()[0].ShouldBe(42);
    }

    [Fact]
    public void A_borrowed_message_is_written_like_a_copied_one()
    {
        using var tensor = Tensor.From<float>([1, 2, 3], [3]);
        tensor.BorrowAsTensorProto().ToByteArray().ShouldBe(tensor.ToTensorProto().ToByteArray());
    }

    [Fact]
    public void What_a_message_gets_wrong_is_named()
    {
        Refused(Proto(DataType.DtFloat, new byte[7], 2)).ShouldBe("Tensor t has 7 bytes of tensor_content; float32[2] takes 8.");
        Refused(new TensorProto { Dtype = DataType.DtFloat, TensorShape = Shape(1), FloatVal = { 1, 2 } }).ShouldBe("Tensor t has 2 values in float_val; its shape takes 1.");
        Refused(new TensorProto { Dtype = DataType.DtUint8, TensorShape = Shape(1), IntVal = { 256 } }).ShouldBe("Tensor t has 256 in int_val of a uint8 tensor, at index 0.");
        Refused(new TensorProto { Dtype = DataType.DtInt8, TensorShape = Shape(1), IntVal = { 128 } }).ShouldBe("Tensor t has 128 in int_val of a int8 tensor, at index 0.");
        Refused(new TensorProto { Dtype = DataType.DtHalf, TensorShape = Shape(1), HalfVal = { -1 } }).ShouldBe("Tensor t has -1 in half_val of a float16 tensor, at index 0.");
        Refused(Proto(DataType.DtBool, [2], 1)).ShouldBe("Tensor t has a byte other than 0 and 1 in the tensor_content of a bool tensor.");
        Refused(Proto(DataType.DtString, [2], 1)).ShouldBe("Tensor t holds strings in tensor_content; they belong in string_val.");
        Refused(Proto(DataType.DtFloat, [], -1)).ShouldBe("Tensor t has size -1 in dimension 0.");
        Refused(new TensorProto { Dtype = DataType.DtFloat, TensorShape = new TensorShapeProto { UnknownRank = true } }).ShouldBe("Tensor t has a shape of unknown rank.");
        Refused(Proto(DataType.DtComplex64, [], 1)).ShouldStartWith("Tensor t has dtype DT_COMPLEX64; supported are DT_FLOAT,");
        Refused(new TensorProto { Dtype = (DataType)999 }).ShouldStartWith("Tensor t has dtype 999;");
    }

    [Fact]
    public void What_exceeds_a_limit_is_refused_before_memory_is_taken()
    {
        var limits = new TensorLimits { MaxBytes = 1024, MaxRank = 2 };
        TooLarge(Proto(DataType.DtFloat, [], 257), limits).ShouldBe("Tensor t is float32[257]; the limit is 1024 bytes.");
        TooLarge(Proto(DataType.DtFloat, [], long.MaxValue, long.MaxValue), limits).ShouldContain("the limit is 1024 bytes");
        TooLarge(Proto(DataType.DtFloat, [], 1, 1, 1), limits).ShouldBe("Tensor t has rank 3; the limit is 2.");
        TooLarge(new TensorProto { Dtype = DataType.DtString, TensorShape = Shape(1), StringVal = { ByteString.CopyFrom(new byte[1025]) } }, limits)
            .ShouldContain("the limit is 1024 bytes");
        TooLarge(new TensorProto { Dtype = DataType.DtString, TensorShape = Shape(1000) }, limits).ShouldContain("the limit is 1024 bytes");
    }

    private static void Same(Tensor tensor)
    {
        using (tensor)
        {
            using var back = TensorProto.Parser.ParseFrom(tensor.ToTensorProto().ToByteArray()).ToTensor("t");
            back.ToString().ShouldBe(tensor.ToString());
            back.Bytes.ToArray().ShouldBe(tensor.Bytes.ToArray());
        }
    }

    private static Tensor Read(TensorProto proto, long length)
    {
        proto.TensorShape = Shape(length);
        return proto.ToTensor("t");
    }

    private static string Refused(TensorProto proto)
    {
        var error = Should.Throw<InferenceException>(() => proto.ToTensor("t"));
        error.Error.ShouldBe(InferenceError.InvalidInput);
        error.Field.ShouldBe("t");
        return error.Message;
    }

    private static string TooLarge(TensorProto proto, TensorLimits limits)
    {
        var error = Should.Throw<InferenceException>(() => proto.ToTensor("t", limits));
        error.Error.ShouldBe(InferenceError.TooLarge);
        return error.Message;
    }

    private static TensorProto Proto(DataType type, byte[] content, params long[] shape) =>
        new() { Dtype = type, TensorShape = Shape(shape), TensorContent = ByteString.CopyFrom(content) };

    private static TensorShapeProto Shape(params long[] sizes)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(sizes.Select(s => new TensorShapeProto.Types.Dim { Size = s }));
        return shape;
    }
}
