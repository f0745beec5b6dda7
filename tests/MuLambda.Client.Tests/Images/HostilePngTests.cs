using MuLambda.Client.Images;

namespace MuLambda.Client.Tests.Images;

public sealed class HostilePngTests
{
    private const long FewBytes = 256 * 1024;

    [Fact]
    public void A_file_cut_off_anywhere_is_damaged()
    {
        var png = Digit();
        for (var length = 0; length < png.Length; length++)
        {
            var error = Refusal(png[..length]).Error;
            error.ShouldBe(length < 8 ? ImageError.NotPng : ImageError.Damaged, $"after {length} bytes");
        }
    }

    [Fact]
    public void A_single_wrong_byte_is_found_wherever_it_is()
    {
        var png = Digit();
        for (var at = 0; at < png.Length; at++)
        {
            var wrong = (byte[])png.Clone();
            wrong[at] ^= 0x20;
            Should.Throw<ImageFormatException>(() => Decode(wrong), $"at byte {at}");
        }
    }

    [Fact]
    public void Any_rubbish_is_an_image_or_a_clear_refusal()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 2000; round++)
        {
            // Chunks with right checksums and wrong contents, to get behind the first check.
            var writer = new PngWriter().Header(
                random.Next(0, 40), random.Next(0, 40), 1 << random.Next(0, 5), random.Next(0, 7), random.Next(0, 2));
            for (var chunks = random.Next(0, 4); chunks > 0; chunks--)
            {
                var data = new byte[random.Next(1, 100)];
                random.NextBytes(data);
                writer = random.Next(0, 4) switch
                {
                    0 => writer.Chunk("PLTE", data),
                    1 => writer.Chunk("tRNS", data),
                    2 => writer.Chunk("IDAT", data),
                    _ => writer.Data(data),
                };
            }

            var thrown = Record.Exception(() => Decode(writer.End()));
            if (thrown is not null)
            {
                thrown.ShouldBeOfType<ImageFormatException>($"seed {seed}, round {round}: {thrown}");
            }
        }
    }

    [Fact]
    public void Huge_dimensions_are_refused_before_any_memory_is_taken()
    {
        var png = new PngWriter().Header(int.MaxValue, int.MaxValue).Data(new byte[100]).End();

        var (refusal, bytes) = Measure(png);

        refusal.Error.ShouldBe(ImageError.TooLarge);
        refusal.Message.ShouldContain("4096 × 4096");
        bytes.ShouldBeLessThan(FewBytes);
    }

    [Fact]
    public void Data_that_unfolds_beyond_the_dimensions_is_not_unfolded()
    {
        var png = new PngWriter().Header(28, 28).Data(new byte[64 * 1024 * 1024]).End();

        var (refusal, bytes) = Measure(png);

        refusal.Error.ShouldBe(ImageError.Damaged);
        refusal.Message.ShouldContain("longer than its dimensions");
        bytes.ShouldBeLessThan(FewBytes);
    }

    [Fact]
    public void A_file_over_the_limit_is_not_read_on()
    {
        var png = new PngWriter().Header(28, 28).Chunk("juNk", new byte[5000]).Data(new byte[28 * 29]).End();

        var refusal = Should.Throw<ImageFormatException>(
            () => GrayImage.DecodePng(new MemoryStream(png), new PngLimits(MaxBytes: 4000)));

        refusal.Error.ShouldBe(ImageError.TooLarge);
        refusal.Message.ShouldContain("4000");
    }

    [Fact]
    public void What_is_not_read_is_refused_with_the_reason()
    {
        Refusal("GIF89a, and so on"u8.ToArray()).Error.ShouldBe(ImageError.NotPng);
        Refusal(new PngWriter().Header(28, 28, interlace: 1).Data(new byte[28 * 29]).End()).Error.ShouldBe(ImageError.Unsupported);
        Refusal(new PngWriter().Header(28, 28).Chunk("NEWx").Data(new byte[28 * 29]).End()).Error.ShouldBe(ImageError.Unsupported);
        Refusal(new PngWriter().Header(28, 28, depth: 3).Data(new byte[28 * 29]).End()).Error.ShouldBe(ImageError.Damaged);
        Refusal(new PngWriter().Header(0, 28).Data(new byte[28]).End()).Error.ShouldBe(ImageError.Damaged);
        Refusal(new PngWriter().Header(28, 28).End()).Message.ShouldContain("no image data");
        Refusal(new PngWriter().Header(28, 28).Data(new byte[28]).End()).Message.ShouldContain("row 0 of 28");
        Refusal(new PngWriter().Header(1, 1).Data([9, 0]).End()).Message.ShouldContain("filter 9");
        Refusal(new PngWriter().Header(1, 1, colour: 3).Data([0, 0]).End()).Message.ShouldContain("palette");
        Refusal(new PngWriter().Header(1, 1, colour: 3).Chunk("PLTE", 1, 2, 3).Data([0, 1]).End()).Message.ShouldContain("colour 1");
        Refusal(new PngWriter().Header(1, 1).Chunk("IDAT", 1, 2, 3, 4).End()).Error.ShouldBe(ImageError.Damaged);

        // A header that asks for a preset dictionary (RFC 1950), which PNG does not have.
        Refusal(new PngWriter().Header(1, 1).Chunk("IDAT", 0x78, 0x20, 0, 0, 0, 1, 3, 0).End()).Message.ShouldContain("does not decompress");
    }

    private static byte[] Digit()
    {
        var rows = Enumerable.Range(0, 28).Select(y => Enumerable.Range(0, 28).Select(x => (byte)(x * y)).ToArray()).ToArray();
        return new PngWriter().Header(28, 28).Rows(rows, 1, y => y % 5, chunks: 2).End();
    }

    private static void Decode(byte[] png) => GrayImage.DecodePng(new MemoryStream(png));

    private static ImageFormatException Refusal(byte[] png) => Should.Throw<ImageFormatException>(() => Decode(png));

    private static (ImageFormatException Refusal, long Bytes) Measure(byte[] png)
    {
        Refusal(png);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Refusal(png);
        return (refusal, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
