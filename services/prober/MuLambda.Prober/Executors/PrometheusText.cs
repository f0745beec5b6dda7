using System.Globalization;

namespace MuLambda.Prober.Executors;

/// <summary>Reads values out of Prometheus' text format.</summary>
internal static class PrometheusText
{
    /// <summary>The sum of all series of a metric.</summary>
    /// <param name="text">The text.</param>
    /// <param name="metric">The metric's name.</param>
    /// <returns>The sum; null where the metric is absent or a value is no finite number.</returns>
    public static double? Sum(string text, string metric)
    {
        double? sum = null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(metric, StringComparison.Ordinal) && Value(line[metric.Length..]) is { } value)
            {
                sum = (sum ?? 0) + value;
            }
        }

        return sum is { } found && double.IsFinite(found) ? found : null;
    }

    private static double? Value(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith('{'))
        {
            rest = rest[(EndOfLabels(rest) + 1)..];
        }
        else if (rest.IsEmpty || rest[0] is not (' ' or '\t'))
        {
            return null;
        }

        // A time stamp may follow the value.
        rest = rest.Trim();
        var end = rest.IndexOfAny(' ', '\t');
        return double.TryParse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
    }

    private static int EndOfLabels(ReadOnlySpan<char> text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '}' when !quoted:
                    return i;
            }
        }

        return text.Length - 1;
    }
}
