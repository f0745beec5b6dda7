using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;

namespace MuLambda.Executor.Tests.Support;

/// <summary>The digit zoo of the repository: models, samples, and what the training framework answered.</summary>
internal static class Zoo
{
    public const int Side = 28;

    public static readonly string[] Models = ["digits-linear", "digits-mlp-small", "digits-mlp-wide", "digits-cnn"];

    public static string Path { get; } = FindRoot();

    public static string ModelPath(string model) => System.IO.Path.Combine(Path, model);

    /// <summary>Name and pixels (in [0,1], row by row) of every sample, by name.</summary>
    public static IReadOnlyList<(string Name, float[] Pixels)> Samples() =>
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Path, "samples"), "*.png")
            .Order(StringComparer.Ordinal)
            .Select(file => (System.IO.Path.GetFileName(file), ReadPng(File.ReadAllBytes(file)))),
    ];

    /// <summary>The probabilities by model and sample.</summary>
    public static Dictionary<string, Dictionary<string, float[]>> Probabilities() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, float[]>>>(
            File.ReadAllBytes(System.IO.Path.Combine(Path, "samples", "probabilities.json")))!;

    private static float[] ReadPng(ReadOnlySpan<byte> png)
    {
        using var compressed = new MemoryStream();
        var header = png.Slice(16, 13);
        BinaryPrimitives.ReadInt32BigEndian(header).ShouldBe(Side);
        BinaryPrimitives.ReadInt32BigEndian(header[4..]).ShouldBe(Side);
        header[8..].ToArray().ShouldBe([8, 0, 0, 0, 0], "8-bit grey, not interlaced");
        for (var chunk = png[8..]; !chunk.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(chunk);
            if (chunk[4..8].SequenceEqual("IDAT"u8))
            {
                compressed.Write(chunk.Slice(8, length));
            }

            chunk = chunk[(12 + length)..];
        }

        compressed.Position = 0;
        using var rows = new ZLibStream(compressed, CompressionMode.Decompress);
        var previous = new byte[Side];
        var pixels = new List<float>(Side * Side);
        for (var y = 0; y < Side; y++)
        {
            var filter = rows.ReadByte();
            var row = new byte[Side];
            rows.ReadExactly(row);
            for (var x = 0; x < Side; x++)
            {
                byte left = x == 0 ? (byte)0 : row[x - 1], upperLeft = x == 0 ? (byte)0 : previous[x - 1];
                row[x] += filter switch
                {
                    0 => (byte)0,
                    1 => left,
                    2 => previous[x],
                    3 => (byte)((left + previous[x]) / 2),
                    4 => Paeth(left, previous[x], upperLeft),
                    _ => throw new InvalidDataException($"PNG filter {filter}"),
                };
            }

            pixels.AddRange(row.Select(value => value / 255f));
            previous = row;
        }

        return [.. pixels];
    }

    private static byte Paeth(byte left, byte up, byte upperLeft)
    {
        var estimate = left + up - upperLeft;
        var nearest = Math.Abs(estimate - left) <= Math.Abs(estimate - up) ? left : up;
        return Math.Abs(estimate - nearest) <= Math.Abs(estimate - upperLeft) ? nearest : upperLeft;
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "MuLambda.Aspire.sln")))
            {
                return System.IO.Path.Combine(directory.FullName, "models", "digits");
            }
        }

        throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
