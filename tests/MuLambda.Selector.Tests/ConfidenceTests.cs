using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;

namespace MuLambda.Selector.Tests;

public sealed class ConfidenceTests
{
    [Fact]
    public void The_largest_probability_of_each_example_counts_in_the_mean() =>
        TensorConfidence.Of(Outputs(("p", Floats([2, 3], 0.1f, 0.7f, 0.2f, 0.5f, 0.25f, 0.25f))), labels: true).ShouldNotBeNull().ShouldBe(0.6, 1e-6);

    [Fact]
    public void An_output_named_confidence_counts_before_probabilities()
    {
        var probabilities = Floats([1, 2], 0.9f, 0.1f);

        TensorConfidence.Of(Outputs(("p", probabilities), ("confidence", Floats([], 0.25f))), labels: true).ShouldBe(0.25);
        TensorConfidence.Of(Outputs(("p", probabilities), ("confidence", Floats([2], 0.25f, 0.75f))), labels: false).ShouldBe(0.5);
        TensorConfidence.Of(Outputs(("confidence", Floats([2, 1], 1f, 0f))), labels: false).ShouldBe(0.5);
        TensorConfidence.Of(Outputs(("confidence", new TensorProto { Dtype = DataType.DtDouble, DoubleVal = { 0.125 } })), labels: false).ShouldBe(0.125);
    }

    public static TheoryData<int[], float[], bool> NoConfidences => new()
    {
        { [2, 2], [0.5f, 0.5f, 0.5f, 0.5f], true },
        { [], [1.5f], true },
        { [], [-0.1f], true },
        { [], [float.NaN], true },
        { [0], [], true },
        { [3], [0.5f], true },
        { [1, 2], [0.5f, 1.5f], false },
        { [1, 2], [0.5f, float.NaN], false },
        { [1, 1], [0.5f], false },
        { [2], [0.5f, 0.5f], false },
        { [0, 2], [], false },
    };

    [Theory]
    [MemberData(nameof(NoConfidences))]
    public void What_is_no_share_of_certainty_counts_as_none(int[] shape, float[] values, bool reported) =>
        TensorConfidence.Of(Outputs((reported ? "confidence" : "p", Floats(shape, values))), labels: true).ShouldBeNull();

    [Fact]
    public void Probabilities_of_a_model_that_answers_no_labels_are_none() =>
        TensorConfidence.Of(Outputs(("p", Floats([1, 2], 0.5f, 0.5f))), labels: false).ShouldBeNull();

    [Theory]
    [InlineData("""[[0.1, 0.9], [0.5, 0.5]]""", true, 0.7)]
    [InlineData("""[{"confidence": 0.5, "x": 1}, {"confidence": 0.75, "x": 2}]""", false, 0.625)]
    [InlineData("""[{"confidence": [0.5], "x": 1}]""", false, 0.5)]
    [InlineData("""{"confidence": 0.5, "x": [1, 2]}""", false, 0.5)]
    [InlineData("""{"confidence": [0.25, 0.75], "x": [1, 2]}""", false, 0.5)]
    [InlineData("""[[0.1, 0.9]]""", false, null)]
    [InlineData("""[[0.1, 9]]""", true, null)]
    [InlineData("""[[0.1]]""", true, null)]
    [InlineData("""[0.1, 0.9]""", true, null)]
    [InlineData("""{"confidence": [[0.5, 0.5]], "x": 1}""", true, null)]
    [InlineData("""[]""", true, null)]
    [InlineData("1", true, null)]
    public void The_same_holds_of_answers_in_json(string outputs, bool labels, double? confidence)
    {
        // A model that says itself how sure it is, or one that answers probabilities.
        TensorSignature[] signature = outputs.Contains("confidence", StringComparison.Ordinal)
            ? [new("confidence", DataType.DtDouble, null), new("x", DataType.DtFloat, null)]
            : [new("p", DataType.DtFloat, [-1, -1])];
        var body = $"{{\"{(outputs.StartsWith('[') ? "predictions" : "outputs")}\": {outputs}}}";

        var tensors = PredictJson.ReadResponse(Encoding.UTF8.GetBytes(body), signature);

        if (confidence is { } expected)
        {
            TensorConfidence.Of(tensors, labels).ShouldNotBeNull().ShouldBe(expected, 1e-6);
        }
        else
        {
            TensorConfidence.Of(tensors, labels).ShouldBeNull();
        }
    }

    private static MapField<string, TensorProto> Outputs(params (string Name, TensorProto Tensor)[] outputs)
    {
        var map = new MapField<string, TensorProto>();
        foreach (var (name, tensor) in outputs)
        {
            map[name] = tensor;
        }

        return map;
    }

    private static TensorProto Floats(int[] shape, params float[] values)
    {
        var bytes = new byte[values.Length * 4];
        foreach (var (i, value) in values.Index())
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), value);
        }

        var tensor = new TensorProto { Dtype = DataType.DtFloat, TensorShape = new TensorShapeProto(), TensorContent = ByteString.CopyFrom(bytes) };
        tensor.TensorShape.Dim.AddRange(shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }));
        return tensor;
    }
}
