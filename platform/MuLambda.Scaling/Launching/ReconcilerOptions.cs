namespace MuLambda.Scaling;

/// <summary>How executors are launched and retired.</summary>
public sealed record ReconcilerOptions
{
    /// <summary>How long a model may take until it is served; then it is given up.</summary>
    public TimeSpan ReadyDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a draining replica is left alone at least: until everybody knows that it drains.</summary>
    public TimeSpan DrainSettle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it may take to finish what it has; then it is ended.</summary>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A model that takes at most so much memory shares an executor; 0 for none.</summary>
    public long SmallModelBytes { get; init; } = 64L << 20;

    /// <summary>The memory of the models in a shared executor, together.</summary>
    public long SharedExecutorBytes { get; init; } = 256L << 20;

    /// <summary>The executors that are started before anybody needs them.</summary>
    public int Pool { get; init; } = 2;
}
