namespace MuLambda.Scaling;

/// <summary>What a batch takes on one replica, as the selectors learned it: <c>BaseMs + PerItemMs * examples</c>, with as many batches at a time as answer the most.</summary>
/// <param name="BaseMs">What a batch takes whatever its size, in milliseconds.</param>
/// <param name="PerItemMs">What each example adds, in milliseconds.</param>
/// <param name="Spread">How much longer a batch takes at most, with the wanted probability: a factor of at least 1.</param>
/// <param name="InFlight">The batches at a time, at least 1.</param>
/// <param name="MaxBatchItems">The examples that a batch may have.</param>
/// <param name="Observations">The answers it was learned from.</param>
public sealed record ServiceCurve(double BaseMs, double PerItemMs, double Spread, int InFlight, int MaxBatchItems, long Observations)
{
    /// <summary>What a batch is expected to take, in milliseconds.</summary>
    /// <param name="items">Its examples.</param>
    public double ExpectedMs(double items) => BaseMs + (PerItemMs * items);

    /// <summary>Examples that a replica answers a second in batches of a size.</summary>
    /// <param name="items">The examples of a batch.</param>
    public double ItemsPerSecond(double items) => ExpectedMs(items) > 0 ? 1000 * InFlight * items / ExpectedMs(items) : double.PositiveInfinity;
}
