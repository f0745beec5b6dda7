using System.Globalization;
using System.Text;

namespace MuLambda.Inference;

/// <summary>Shapes in messages.</summary>
internal static class Shapes
{
    /// <summary>Such as <c>[-1,28,28]</c>, <c>[]</c> for a scalar, <c>of unknown rank</c> for null.</summary>
    public static string Format(IReadOnlyList<long>? shape) =>
        shape is null ? " of unknown rank" : Format([.. shape]);

    public static string Format(ReadOnlySpan<long> shape)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < shape.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(shape[i].ToString(CultureInfo.InvariantCulture));
        }

        return text.Append(']').ToString();
    }
}
