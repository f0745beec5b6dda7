using System.Globalization;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Bundles;

/// <summary>A box inside a tensor: for each dimension where it begins and how long it is, -1 for the whole dimension.</summary>
internal sealed record TensorSlice(IReadOnlyList<(long Start, long Length)> Extents)
{
    public const long Whole = -1;

    public static TensorSlice From(TensorSliceProto proto) =>
        new([.. proto.Extent.Select(e => (e.Start, e.HasLength ? e.Length : Whole))]);

    /// <summary>
    /// The slice a restore operator names: the sizes of the whole tensor and, after them, <c>start,length</c> or <c>-</c> for each
    /// dimension with colons between, such as <c>10 4 0,5:-</c>.
    /// </summary>
    /// <returns>Null where the text is no slice.</returns>
    public static TensorSlice? Parse(string spec)
    {
        var parts = spec.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2)
        {
            return null;
        }

        var extents = new List<(long, long)>();
        foreach (var extent in parts[^1].Split(':'))
        {
            var numbers = extent.Split(',');
            if (extent == "-")
            {
                extents.Add((0, Whole));
            }
            else if (numbers.Length == 2 && TryParse(numbers[0], out var start) && TryParse(numbers[1], out var length) && length > 0)
            {
                extents.Add((start, length));
            }
            else
            {
                return null;
            }
        }

        return extents.Count == parts.Length - 1 ? new TensorSlice(extents) : null;
    }

    /// <summary>Start and size in each dimension of a tensor; null where the slice does not lie in it.</summary>
    public (long Start, long Size)[]? In(ReadOnlySpan<long> shape)
    {
        if (Extents.Count != shape.Length)
        {
            return null;
        }

        var box = new (long Start, long Size)[shape.Length];
        for (var i = 0; i < box.Length; i++)
        {
            var (start, length) = Extents[i];
            box[i] = length == Whole ? (0, shape[i]) : (start, length);
            if (box[i].Start < 0 || box[i].Size < 0 || box[i].Start > shape[i] - box[i].Size)
            {
                return null;
            }
        }

        return box;
    }

    public bool Is(TensorSlice other) => Extents.SequenceEqual(other.Extents);

    private static bool TryParse(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
