namespace MuLambda.Batching;

/// <summary>The policies by name.</summary>
public static class BatchPolicies
{
    /// <summary>The name of the one that is used where nothing is said.</summary>
    public const string Default = "adaptive";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", "fixed", "aimd", "adaptive"];

    /// <summary>Makes the policy of a queue.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What the policies are told.</param>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static IBatchPolicy Create(string name, BatchPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return name switch
        {
            "none" => new NoBatching(),
            "fixed" => new FixedBatching(options.FixedItems, options.FixedTimeoutMs, options.FixedInFlight),
            "aimd" => new AimdBatching(),
            "adaptive" => new AdaptiveBatching(options.MaxInFlight),
            _ => throw new ArgumentException($"There is no batch policy '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
        };
    }
}
