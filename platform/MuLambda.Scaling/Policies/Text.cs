using static System.FormattableString;

namespace MuLambda.Scaling;

/// <summary>Numbers as reasons say them.</summary>
internal static class Text
{
    public static string Count(double count, string noun) => Invariant($"{count:0.#} {noun}{(count == 1 ? "" : "s")}");

    public static string Time(double ms) => ms switch
    {
        < 1 => Invariant($"{ms:0.##} ms"),
        < 1000 => Invariant($"{ms:0.#} ms"),
        < 120_000 => Invariant($"{ms / 1000:0.#} s"),
        < 7_200_000 => Invariant($"{ms / 60_000:0.#} min"),
        _ => Invariant($"{ms / 3_600_000:0.#} h"),
    };

    public static string Share(double share) => Invariant($"{share * 100:0.##} %");

    public static string Rate(double perMs) => (perMs * 1000) switch
    {
        > 0 and < 0.001 => "less than 0.001 requests/s",
        < 1 and var perSecond => Invariant($"{perSecond:0.###} requests/s"),
        var perSecond => Invariant($"{perSecond:0.#} requests/s"),
    };
}
