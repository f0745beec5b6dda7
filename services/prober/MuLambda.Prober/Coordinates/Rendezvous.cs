namespace MuLambda.Prober.Coordinates;

/// <summary>Hashes that every prober works out alike, so that they share work without talking to each other.</summary>
internal static class Rendezvous
{
    /// <summary>A text's hash.</summary>
    public static ulong Hash(string text)
    {
        // FNV-1a, with splitmix64's finisher: names that differ in the last letter lie far apart.
        var hash = 0xCBF29CE484222325UL;
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * 0x100000001B3UL);
        }

        return Mix(hash);
    }

    /// <summary>The hash of a pair, in this order.</summary>
    public static ulong Hash(string one, string other) => Mix(unchecked(Hash(one) + (0x9E3779B97F4A7C15UL * Hash(other))));

    /// <summary>The items whose hash with a name is largest: as names come and go, few others change (rendezvous hashing).</summary>
    public static IEnumerable<string> Choose(string name, IEnumerable<string> items, int count) =>
        items.OrderByDescending(item => Hash(name, item)).ThenBy(item => item, StringComparer.Ordinal).Take(count);

    public static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
