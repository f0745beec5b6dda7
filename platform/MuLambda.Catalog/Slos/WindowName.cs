using System.Globalization;

namespace MuLambda.Catalog;

/// <summary>Windows in the words of those who look after them.</summary>
public static class WindowName
{
    private static readonly (double Seconds, string Unit)[] Units = [(86_400, "d"), (3600, "h"), (60, "m")];

    /// <summary>A window's length in the largest unit of which it is a whole number.</summary>
    /// <param name="seconds">Its length.</param>
    /// <returns>Such as 3d, 6h, 90m or 0.3s.</returns>
    public static string Of(double seconds)
    {
        foreach (var (length, unit) in Units)
        {
            if (seconds >= length && seconds % length == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{seconds / length}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###}s");
    }
}
