namespace MuLambda.Simulation.Coordinates;

/// <summary>
/// Chance that belongs to things rather than to a sequence: the same seed and things give the same number whoever asks when, so a
/// network of 20,000 hosts needs no matrix of 400 million entries.
/// </summary>
internal static class Hashing
{
    /// <summary>Mixes a value into a hash (splitmix64's finisher).</summary>
    public static ulong Mix(ulong hash, ulong value)
    {
        unchecked
        {
            var z = hash + (value * 0x9E3779B97F4A7C15UL) + 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>The same whichever of the two comes first.</summary>
    public static ulong MixPair(ulong hash, int one, int other) =>
        Mix(Mix(hash, (ulong)Math.Min(one, other)), (ulong)Math.Max(one, other));

    /// <summary>Above 0 and below 1, evenly.</summary>
    public static double Uniform(ulong hash) => ((hash >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Normally distributed around 0 with deviation 1 (Box and Muller).</summary>
    public static double Normal(ulong hash) =>
        Math.Sqrt(-2 * Math.Log(Uniform(hash))) * Math.Cos(2 * Math.PI * Uniform(Mix(hash, 1)));
}
