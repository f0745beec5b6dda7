namespace MuLambda.Benchmarks.Serving;

/// <summary>What is measured, and for how long.</summary>
internal sealed record ServingOptions
{
    /// <summary>The models, each as <c>ZOO/NAME</c>.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Images in a call.</summary>
    public IReadOnlyList<int> Items { get; init; } = [1, 16];

    public IReadOnlyList<int> Callers { get; init; } = [1, 8, 32];

    /// <summary>How often the targets take turns in each cell.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>How long a target is measured in one turn.</summary>
    public TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Starts whose time to the first answer is taken.</summary>
    public int Starts { get; init; } = 5;

    /// <summary>Whether Node's server is measured beside.</summary>
    public bool WithNode { get; init; } = true;
}
