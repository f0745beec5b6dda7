namespace MuLambda.Simulation.Paper;

/// <summary>The two networks of the published evaluation.</summary>
public static class PaperNetworks
{
    /// <summary>The networks: <c>spread</c>, 10 to 300 ms away, and <c>zero</c>, without delay.</summary>
    public static IReadOnlyList<PaperNetwork> Published { get; } =
        [new("spread", [10, 30, 100, 300]), new("zero", [0])];
}
