namespace MuLambda.Client.Images;

/// <summary>Undoes the prediction a row was stored with.</summary>
internal static class PngFilter
{
    /// <param name="type">The filter's number, the byte in front of the row.</param>
    /// <param name="row">The row, restored in place.</param>
    /// <param name="above">The restored row above; zeros above the first.</param>
    /// <param name="distance">The bytes to the same sample on the left.</param>
    public static void Restore(int type, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (type)
        {
            case 0:
                break;
            case 1:
                for (var i = distance; i < row.Length; i++)
                {
                    row[i] += row[i - distance];
                }

                break;
            case 2:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                break;
            case 3:
                for (var i = 0; i < row.Length; i++)
                {
                    var left = i < distance ? 0 : row[i - distance];
                    row[i] += (byte)((left + above[i]) / 2);
                }

                break;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    var (left, corner) = i < distance ? (0, 0) : (row[i - distance], above[i - distance]);
                    row[i] += (byte)Nearest(left, above[i], corner);
                }

                break;
            default:
                throw PngChunks.Damaged($"a row has filter {type}, and there are only 0 to 4");
        }
    }

    // Paeth: whichever neighbour is nearest to left + up - corner; left wins ties, then up.
    private static int Nearest(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        var (byLeft, byUp, byCorner) = (Math.Abs(estimate - left), Math.Abs(estimate - up), Math.Abs(estimate - corner));
        if (byLeft <= byUp && byLeft <= byCorner)
        {
            return left;
        }

        return byUp <= byCorner ? up : corner;
    }
}
