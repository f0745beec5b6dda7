namespace MuLambda.Benchmarks.ColdStart;

/// <summary>What is measured, and how often.</summary>
internal sealed record ColdStartOptions
{
    /// <summary>The models, each as <c>ZOO/NAME</c>.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["digits/digits-cnn", "vision/nanodet"];

    /// <summary>How often each kind of start takes its turn.</summary>
    public int Rounds { get; init; } = 5;
}
