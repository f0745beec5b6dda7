using Google.Protobuf;
using MuLambda.Inference.Tests.Graphs;
using Xunit.Abstractions;

namespace MuLambda.Inference.Tests.Models;

/// <summary>Damaged files are refused as such or, where the damage does no harm, load; nothing else happens.</summary>
public sealed class DamagedModelTests(ITestOutputHelper output)
{
    private readonly int seed = Environment.GetEnvironmentVariable("MULAMBDA_TEST_SEED") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 20_26;

    [Fact]
    public void A_truncated_model_never_gets_further_than_the_loader()
    {
        TryAll("saved_model.pb", Samples.Convolution().ToBytes(), (bytes, random) => bytes[..random.Next(bytes.Length)]);
        TryAll("m.onnx", OnnxModelTests.Doubling().ToByteArray(), (bytes, random) => bytes[..random.Next(bytes.Length)]);
    }

    [Fact]
    public void Garbage_never_gets_further_than_the_loader()
    {
        byte[] Garbage(byte[] bytes, Random random)
        {
            random.NextBytes(bytes);
            return bytes;
        }

        TryAll("saved_model.pb", new byte[300], Garbage);
        TryAll("m.onnx", new byte[300], Garbage);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_saved_model_with_flipped_bits_never_gets_further_than_the_loader(int sample) =>
        TryAll("saved_model.pb", (sample switch { 0 => Samples.Convolution(), 1 => Samples.HalfPlusTwo(), _ => Samples.Perceptron(3, 2) }).ToBytes(), Flip);

    [Fact]
    public void An_onnx_model_with_flipped_bits_never_gets_further_than_the_loader() =>
        TryAll("m.onnx", OnnxModelTests.Doubling().ToByteArray(), Flip);

    [Fact]
    public void A_saved_model_of_functions_variables_and_examples_with_flipped_bits_never_gets_further_than_the_loader() =>
        TryAll("saved_model.pb", Samples.Functions().ToBytes(), Flip, new BundleWriter().Add("w", Tensor.From<float>([2], [1])));

    [Fact]
    public void A_saved_model_in_text_with_flipped_bits_never_gets_further_than_the_loader()
    {
        const string Text =
            """
            meta_graphs {
              meta_info_def { tags: "serve" }
              graph_def {
                node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
                node { name: "y" op: "Neg" input: "x" }
              }
              signature_def { key: "s" value { inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT } } outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT } } } }
            }
            """;
        TryAll("saved_model.pbtxt", System.Text.Encoding.UTF8.GetBytes(Text), Flip);
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private void TryAll(string name, byte[] original, Func<byte[], Random, byte[]> damage, BundleWriter? variables = null)
    {
        output.WriteLine($"MULAMBDA_TEST_SEED={seed}");
        var random = new Random(seed);
        using var folder = new ModelFolder();
        variables?.Save(folder);
        var refused = 0;
        for (var i = 0; i < 200; i++)
        {
            var file = folder.Write(name, damage([.. original], random));
            try
            {
                ModelLoader.Inspect(folder.Path);
            }
            catch (ModelFormatException e)
            {
                e.Message.ShouldStartWith(file);
                refused++;
            }
        }

        output.WriteLine($"{name}: {refused} of 200 refused");
        refused.ShouldBeGreaterThan(20);
    }
}
