using System.Security.Cryptography;
using MuLambda.Client.Images;

namespace MuLambda.Client.Tests.Images;

public sealed class PngTests
{
    [Fact]
    public void The_digits_of_the_zoo_decode_to_the_pixels_another_decoder_finds()
    {
        var files = Directory.GetFiles(SamplesDirectory(), "*.png").OrderBy(Path.GetFileName, StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            var image = GrayImage.DecodePng(stream);
            (image.Width, image.Height).ShouldBe((28, 28), file);
            hash.AppendData(image.Pixels);
        }

        files.Count.ShouldBe(100);

        // Made by a second decoder, a script over Python's zlib that undoes the five filters: the SHA-256 of all pixels,
        // file after file in ordinal order of their names.
        Convert.ToHexStringLower(hash.GetHashAndReset()).ShouldBe("da5ea55a969c82992fc39d70a2d810ee54913f0c684c0d29358b7064e1adee40");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_filter_is_undone(int filter)
    {
        var seed = Environment.TickCount;
        var rows = RandomRows(new Random(seed), height: 9, bytes: 13);

        var image = Decode(new PngWriter().Header(13, 9).Rows(rows, 1, _ => filter, chunks: 5).End());

        image.Pixels.ToArray().ShouldBe(rows.SelectMany(row => row), $"seed {seed}");
    }

    [Fact]
    public void Colours_become_their_luma_whatever_their_type()
    {
        // Red, green, blue, grey.
        byte[][] rgb = [[255, 0, 0, 0, 255, 0, 0, 0, 255, 100, 100, 100]];
        byte[] expected = [76, 150, 29, 100];

        Decode(new PngWriter().Header(4, 1, colour: 2).Rows(rgb, 3, _ => 4).End()).Pixels.ToArray().ShouldBe(expected);

        byte[][] deep = [[.. rgb[0].SelectMany(level => new[] { level, (byte)7 })]];
        Decode(new PngWriter().Header(4, 1, depth: 16, colour: 2).Rows(deep, 6, _ => 1).End()).Pixels.ToArray().ShouldBe(expected);

        byte[][] rgba = [[255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 100, 100, 100, 0]];
        Decode(new PngWriter().Header(4, 1, colour: 6).Rows(rgba, 4, _ => 3).End()).Pixels.ToArray().ShouldBe([76, 150, 29, 0]);

        byte[][] indices = [[0b00_01_10_11]];
        Decode(new PngWriter().Header(4, 1, depth: 2, colour: 3).Chunk("PLTE", rgb[0]).Rows(indices, 1, _ => 0).End())
            .Pixels.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Few_bits_are_spread_over_the_range_and_what_is_transparent_is_black()
    {
        byte[][] bits = [[0b1010_0000]];
        Decode(new PngWriter().Header(3, 1, depth: 1).Rows(bits, 1, _ => 0).End()).Pixels.ToArray().ShouldBe([255, 0, 255]);

        byte[][] nibbles = [[0x0F, 0x80]];
        Decode(new PngWriter().Header(3, 1, depth: 4).Rows(nibbles, 1, _ => 0).End()).Pixels.ToArray().ShouldBe([0, 255, 136]);

        byte[][] greyAlpha = [[200, 255, 200, 128, 200, 0]];
        Decode(new PngWriter().Header(3, 1, colour: 4).Rows(greyAlpha, 2, _ => 1).End()).Pixels.ToArray().ShouldBe([200, 100, 0]);

        byte[][] keyed = [[9, 10, 11]];
        Decode(new PngWriter().Header(3, 1).Chunk("tRNS", 0, 10).Rows(keyed, 1, _ => 0).End()).Pixels.ToArray().ShouldBe([9, 0, 11]);
    }

    [Fact]
    public void A_tensor_is_the_image_scaled_to_one()
    {
        byte[][] rows = [[0, 51], [204, 255]];

        var tensor = Decode(new PngWriter().Header(2, 2).Rows(rows, 1, _ => 0).End()).ToTensor();

        tensor.Shape.ShouldBe([2, 2, 1]);
        tensor.ToFloats().ShouldBe([0f, 0.2f, 0.8f, 1f]);
    }

    private static GrayImage Decode(byte[] png) => GrayImage.DecodePng(new MemoryStream(png));

    private static byte[][] RandomRows(Random random, int height, int bytes)
    {
        var rows = new byte[height][];
        for (var y = 0; y < height; y++)
        {
            random.NextBytes(rows[y] = new byte[bytes]);
        }

        return rows;
    }

    private static string SamplesDirectory()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var samples = Path.Combine(at.FullName, "models", "digits", "samples");
            if (Directory.Exists(samples))
            {
                return samples;
            }
        }

        throw new DirectoryNotFoundException("models/digits/samples");
    }
}
