namespace MuLambda.Benchmarks.Batching;

/// <summary>What is measured, and for how long.</summary>
internal sealed record BatchingOptions
{
    /// <summary>The models, such as <c>digits/digits-cnn</c>.</summary>
    public IReadOnlyList<string> Models { get; init; } = ["digits/digits-cnn", "digits/digits-mlp-wide"];

    /// <summary>Loads, as shares of what the executor answers without batches.</summary>
    public IReadOnlyList<double> Loads { get; init; } = [0.2, 0.5, 0.8, 1.0, 1.5];

    /// <summary>Whether nobody chose the loads, so that in virtual time each executor has more of its own.</summary>
    public bool HasUsualLoads { get; init; } = true;

    public IReadOnlyList<ArrivalKind> Arrivals { get; init; } = ArrivalKind.All;

    public IReadOnlyList<PolicySetting> Settings { get; init; } =
        [.. new[] { PolicySetting.None, "fixed", "aimd", PolicySetting.Adaptive }.SelectMany(PolicySetting.Parse)];

    /// <summary>How long each cell is measured.</summary>
    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long the same load runs before.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long each selector is saturated before anything is measured: on two busy processors the runtime takes that long to compile what is called often, in
    /// steps and beside the load.
    /// </summary>
    public TimeSpan SelectorWarmUp { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the policies take turns.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Examples of a request. With one of a small model it is the requests that fill the processors, more than what the executor computes.</summary>
    public int Items { get; init; } = 1;

    /// <summary>Callers of the closed loop that saturates the executor.</summary>
    public int Callers { get; init; } = 64;

    /// <summary>Decides when requests come.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Whether the median without batches is of requests that come by themselves, instead of one caller that asks without a pause.</summary>
    public bool MedianOfSparse { get; init; }

    /// <summary>The objective, as a multiple of the median without batches.</summary>
    public double SloFactor { get; init; } = 3;
}
