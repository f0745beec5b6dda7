namespace MuLambda.Simulation;

/// <summary>The oracles by name.</summary>
public static class Oracles
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["oracle-latency", "oracle-utility", "oracle-plan"];

    /// <summary>Makes an oracle.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>The oracle.</returns>
    /// <exception cref="ArgumentException">There is no such oracle.</exception>
    public static IOracle Create(string name) => name switch
    {
        "oracle-latency" => new LatencyOracle(),
        "oracle-utility" => new UtilityOracle(),
        "oracle-plan" => new PlanOracle(),
        _ => throw new ArgumentException($"There is no oracle '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };
}
