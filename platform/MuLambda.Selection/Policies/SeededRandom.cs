namespace MuLambda.Selection;

/// <summary>Chance from a seed: the same seed gives the same sequence. Safe for concurrent use, without a lock (splitmix64).</summary>
/// <param name="seed">The seed.</param>
public sealed class SeededRandom(long seed)
{
    private long _state = seed;

    /// <summary>The next number from 0 to <paramref name="limit"/> - 1.</summary>
    /// <param name="limit">Above 0.</param>
    /// <returns>The number.</returns>
    public int Next(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        unchecked
        {
            var z = (ulong)Interlocked.Add(ref _state, (long)0x9E3779B97F4A7C15UL);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            z ^= z >> 31;
            return (int)Math.BigMul(z, (ulong)limit, out _);
        }
    }
}
