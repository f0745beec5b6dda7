using System.Text.RegularExpressions;

namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>Makes the inputs: noise, and pictures scaled to a model's size and range.</summary>
internal static partial class Preprocessing
{
    /// <summary>The range of a pixel; both sides of a comparison see the same numbers, so that it only has to be a sensible one.</summary>
    public static (float From, float To) RangeOf(string model) => model switch
    {
        "movenet-lightning" or "movenet-thunder" or "mobileface" => (0, 255),
        "posenet" or "mobilefacenet" => (-1, 1),
        _ when model.StartsWith("blazeface", StringComparison.Ordinal) || model.StartsWith("facemesh", StringComparison.Ordinal) => (-1, 1),
        _ => (0, 1),
    };

    /// <summary>Pose, object and face detection look for a person in a picture, the others read a face that fills it.</summary>
    public static string PictureOf(string model) =>
        model is "age" or "gender" or "emotion" or "mobileface" or "mobilefacenet" or "faceres" ? "face" : "person";

    public static float[] Noise(Random random, long[] shape, (float From, float To) range, bool whole)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Scale(random.NextSingle(), range, whole);
        }

        return values;
    }

    /// <summary>A picture as the model's tensor: channels last, or first where the shape says so; grey where it has one channel.</summary>
    public static float[] Image(string picture, long[] shape, (float From, float To) range, bool whole)
    {
        var (width, height, pixels) = ReadPpm(Path.Combine(AppContext.BaseDirectory, "images", $"{picture}.ppm"));
        var channelsFirst = shape[1] is 1 or 3;
        var (rows, columns, channels) = channelsFirst ? ((int)shape[2], (int)shape[3], (int)shape[1]) : ((int)shape[1], (int)shape[2], (int)shape[3]);
        var values = new float[rows * columns * channels];
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var (px, py) = ((x + 0.5f) * width / columns, (y + 0.5f) * height / rows);
                    var value = channels == 3
                        ? Sample(pixels, width, height, px, py, c)
                        : (Sample(pixels, width, height, px, py, 0) + Sample(pixels, width, height, px, py, 1) + Sample(pixels, width, height, px, py, 2)) / 3;
                    var at = channelsFirst ? (((c * rows) + y) * columns) + x : (((y * columns) + x) * channels) + c;
                    values[at] = Scale(value / 255, range, whole);
                }
            }
        }

        return values;
    }

    private static float Scale(float unit, (float From, float To) range, bool whole)
    {
        var value = range.From + (unit * (range.To - range.From));
        return whole ? MathF.Round(value) : value;
    }

    /// <summary>Bilinear, with the pixels' centres at halves.</summary>
    private static float Sample(byte[] pixels, int width, int height, float x, float y, int channel)
    {
        var (left, top) = ((int)MathF.Floor(x - 0.5f), (int)MathF.Floor(y - 0.5f));
        var (fx, fy) = (x - 0.5f - left, y - 0.5f - top);
        float At(int column, int row) =>
            pixels[(((Math.Clamp(row, 0, height - 1) * width) + Math.Clamp(column, 0, width - 1)) * 3) + channel];
        return (((At(left, top) * (1 - fx)) + (At(left + 1, top) * fx)) * (1 - fy))
            + (((At(left, top + 1) * (1 - fx)) + (At(left + 1, top + 1) * fx)) * fy);
    }

    private static (int Width, int Height, byte[] Pixels) ReadPpm(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var header = Header().Match(System.Text.Encoding.Latin1.GetString(bytes, 0, 32));
        header.Success.ShouldBeTrue($"{file} is no PPM file");
        var (width, height) = (int.Parse(header.Groups[1].ValueSpan), int.Parse(header.Groups[2].ValueSpan));
        var pixels = bytes[header.Length..];
        pixels.Length.ShouldBe(width * height * 3);
        return (width, height, pixels);
    }

    [GeneratedRegex(@"^P6\n(\d+) (\d+)\n255\n")]
    private static partial Regex Header();
}
