using System.Globalization;

namespace MuLambda.Protocol.Serving;

/// <summary>
/// The header with which an executor tells beside a prediction how many other requests ran or waited in it when that one came, over
/// REST and gRPC alike. TensorFlow Serving has none like it: where it is absent nothing is known.
/// </summary>
public static class RequestsAheadHeader
{
    /// <summary>The header's name.</summary>
    public const string Name = "mulambda-requests-ahead";

    /// <summary>The largest count that is told or believed.</summary>
    public const int MaxCount = 1_000_000;

    /// <summary>The header's value. The runtime keeps the texts of numbers below 300, so that it allocates next to never.</summary>
    /// <param name="count">The requests that were ahead.</param>
    public static string Format(int count) => Math.Min(count, MaxCount).ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the header's value.</summary>
    /// <param name="value">The value; null where there is none.</param>
    /// <returns>The requests that were ahead; null where it does not say, or says what cannot be.</returns>
    public static int? Parse(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxCount ? count : null;
}
