namespace MuLambda.Benchmarks.Selecting;

/// <summary>What is measured, and for how long.</summary>
internal sealed record SelectOptions
{
    /// <summary>Executors in the registry.</summary>
    public int Executors { get; init; } = 64;

    /// <summary>Connections that wrk keeps busy.</summary>
    public int Connections { get; init; } = 32;

    /// <summary>Threads of wrk.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>How often the two endpoints take turns.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long a turn lasts.</summary>
    public TimeSpan Slice { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The selection policy.</summary>
    public string Policy { get; init; } = "mulambda";

    /// <summary>Further arguments of the selector.</summary>
    public IReadOnlyList<string> SelectorArguments { get; init; } = [];
}
