using System.Buffers.Binary;
using Google.Protobuf;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Load.Tests;

public sealed class InputTests
{
    [Fact]
    public void Random_tensors_fit_the_signature_and_the_number_of_examples()
    {
        var inputs = new RandomInputs(
            [
                new("image", DataType.DtFloat, [-1, 4, 5]), new("bytes", DataType.DtUint8, [-1, 2]), new("words", DataType.DtString, [-1]),
                new("any", DataType.DtInt64, null), new("half", DataType.DtBfloat16, [-1, 1]), new("flags", DataType.DtBool, [-1]),
            ],
            seed: 1);

        var requests = inputs.Make(3);

        requests.Count.ShouldBe(16);
        requests[0].ShouldNotBe(requests[1]);
        foreach (var request in requests)
        {
            request.ToDictionary(tensor => tensor.Key, tensor => string.Join(',', tensor.Value.TensorShape.Dim.Select(dim => dim.Size))).ShouldBe(
                new Dictionary<string, string> { ["image"] = "3,4,5", ["bytes"] = "3,2", ["words"] = "3", ["any"] = "3", ["half"] = "3,1", ["flags"] = "3" });
            foreach (var (name, tensor) in request.Where(tensor => tensor.Key != "words"))
            {
                TensorContent.GetBytes(tensor).Length.ShouldBe(TensorContent.ElementCount(tensor) * TensorDataTypes.ElementBytes(tensor.Dtype), name);
            }

            Floats(request["image"]).ShouldAllBe(value => value >= 0 && value < 1);
            TensorContent.GetStrings(request["words"]).Count.ShouldBe(3);
            request["flags"].TensorContent.ShouldAllBe(flag => flag <= 1);
        }
    }

    [Fact]
    public void The_seed_decides_random_tensors()
    {
        string Of(long seed) => string.Concat(new RandomInputs([new("x", DataType.DtFloat, [-1, 8])], seed).Make(2).Select(request => request["x"].ToByteString().ToBase64()));

        Of(1).ShouldBe(Of(1));
        Of(2).ShouldNotBe(Of(1));
    }

    [Theory]
    [InlineData("1,3", 2, "takes no batches: its input 'x' is [1,3]; a request can carry 1 item, not 2")]
    [InlineData("-1,-1,3", 1, "'x' is [-1,-1,3]: random tensors can be made where only the first dimension is open")]
    [InlineData("-1,100000,100000", 1, "more than the 67108864 elements of a request")]
    public void What_does_not_fit_the_model_says_why(string shape, int items, string message)
    {
        var inputs = new RandomInputs([new("x", DataType.DtFloat, [.. shape.Split(',').Select(long.Parse)])], 1);

        Should.Throw<InvalidDataException>(() => inputs.Make(items)).Message.ShouldContain(message);
    }

    [Fact]
    public void Images_are_sent_in_turn_as_the_model_takes_them()
    {
        GrayPixels[] images = [new(2, 1, [0, 255]), new(2, 1, [51, 102]), new(2, 1, [255, 255])];

        var floats = new ImageInputs([new("x", DataType.DtFloat, [-1, 1, 2, 1])], images).Make(2);
        var bytes = new ImageInputs([new("x", DataType.DtUint8, [-1, 1, 2])], images).Make(1);

        floats.Select(request => Floats(request["x"])).ShouldBe([[0f, 1f, 0.2f, 0.4f], [1f, 1f, 0f, 1f], [0.2f, 0.4f, 1f, 1f]]);
        floats[0]["x"].TensorShape.Dim.Select(dim => dim.Size).ShouldBe([2, 1, 2, 1]);
        bytes.Select(request => request["x"].TensorContent.ToByteArray()).ShouldBe([[0, 255], [51, 102], [255, 255]]);
    }

    [Fact]
    public void Images_of_another_size_and_models_of_something_else_are_refused()
    {
        GrayPixels[] image = [new(2, 2, [0, 0, 0, 0])];

        Should.Throw<InvalidDataException>(() => new ImageInputs([new("x", DataType.DtFloat, [-1, 28, 28])], image)).Message
            .ShouldBe("An image has 2 × 2 pixels; the model's input 'x' takes 784 numbers an image ([-1,28,28]).");
        Should.Throw<InvalidDataException>(() => new ImageInputs([new("a", DataType.DtString, [-1]), new("b", DataType.DtFloat, [-1])], image)).Message
            .ShouldContain("2 inputs: a (string), b (float32)");
    }

    [Fact]
    public void A_request_given_whole_has_the_examples_it_has() =>
        Should.Throw<InvalidDataException>(() => new FixedInputs(new Dictionary<string, TensorProto>(), 2).Make(3)).Message.ShouldContain("has 2 examples");

    private static float[] Floats(TensorProto tensor) =>
        [.. Enumerable.Range(0, tensor.TensorContent.Length / 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(tensor.TensorContent.Span[(4 * i)..]))];
}
