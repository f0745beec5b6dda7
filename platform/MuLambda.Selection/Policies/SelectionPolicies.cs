namespace MuLambda.Selection;

/// <summary>The policies by name.</summary>
public static class SelectionPolicies
{
    /// <summary>The policy used where none is named.</summary>
    public const string Default = "mulambda";

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["mulambda", "weighted", "round-robin", "random", "plain-net-latency"];

    /// <summary>Makes a policy.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">Where its chance starts, for those that use any.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static ISelectionPolicy Create(string name, long seed) => name switch
    {
        "mulambda" => new MuLambdaPolicy(),
        "weighted" => new WeightedPolicy(),
        "round-robin" => new RoundRobinPolicy(),
        "random" => new RandomPolicy(new SeededRandom(seed)),
        "plain-net-latency" => new PlainNetLatencyPolicy(),
        _ => throw new ArgumentException(
            $"There is no selection policy '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };
}
