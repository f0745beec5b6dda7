namespace MuLambda.Simulation;

/// <summary>
/// The chance of one request: numbers that depend only on the seed and on which request it is, never on what was chosen for it or on
/// what happened before. Two policies run with one seed therefore meet the same requests with the same luck (common random
/// numbers), and their difference has far less variance than each of them.
/// </summary>
/// <remarks>Counter-based: draw i is the splitmix64 finaliser (Steele, Lea and Flood, 2014) of key + i * golden ratio.</remarks>
public readonly struct RequestChance
{
    private const ulong Golden = 0x9E3779B97F4A7C15UL;

    private readonly ulong _key;

    /// <summary>The chance that begins at a key.</summary>
    /// <param name="key">The key; keys that differ in one bit give unrelated numbers.</param>
    public RequestChance(ulong key) => _key = key;

    /// <summary>The chance of a request.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="client">The client's index.</param>
    /// <param name="stream">The stream's index.</param>
    /// <param name="sequence">The request's number in its stream.</param>
    /// <returns>Its chance.</returns>
    public static RequestChance Of(long seed, int client, int stream, long sequence) =>
        Of(StreamKey(seed, client, stream), sequence);

    internal static ulong StreamKey(long seed, int client, int stream) =>
        Mix(Mix((ulong)seed + Golden) ^ (((ulong)(uint)client << 32) | (uint)stream));

    internal static RequestChance Of(ulong streamKey, long sequence) => new(Mix(streamKey + ((ulong)(sequence + 1) * Golden)));

    /// <summary>An independent chance for one aspect of the request.</summary>
    /// <param name="aspect">Which.</param>
    /// <returns>Its chance.</returns>
    public RequestChance For(int aspect) => new(Mix(_key ^ (((ulong)(uint)aspect + 1) * 0xD1B54A32D192ED03UL)));

    /// <summary>A number from 0 up to but not including 1, each as likely as the other.</summary>
    /// <param name="draw">Which draw, from 0.</param>
    /// <returns>The number; the same for the same draw.</returns>
    public double Uniform(int draw) => (Mix(_key + ((ulong)(uint)(draw + 1) * Golden)) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of the exponential distribution with mean 1.</summary>
    /// <param name="draw">Which draw, from 0.</param>
    /// <returns>The number.</returns>
    public double Exponential(int draw) => -Math.Log(1 - Uniform(draw));

    /// <summary>A number of the standard normal distribution (Box and Muller's transform of the draws 2d and 2d + 1).</summary>
    /// <param name="draw">Which draw, from 0.</param>
    /// <returns>The number.</returns>
    public double Normal(int draw) =>
        Math.Sqrt(2 * Exponential(2 * draw)) * Math.Cos(2 * Math.PI * Uniform((2 * draw) + 1));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
