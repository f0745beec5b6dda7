namespace MuLambda.Batching;

/// <summary>What batches take, as a line over their examples.</summary>
/// <param name="BaseMs">What a batch takes whatever its size, in milliseconds.</param>
/// <param name="PerItemMs">What each example adds, in milliseconds.</param>
/// <param name="Weight">The answers that it rests on, those that are old in part; 0 where nothing is known.</param>
/// <param name="AtMs">When it was made.</param>
internal readonly record struct BatchLine(double BaseMs, double PerItemMs, double Weight, double AtMs)
{
    public double At(double items) => BaseMs + (PerItemMs * items);

    public BatchLine Times(double factor) => this with { BaseMs = BaseMs * factor, PerItemMs = PerItemMs * factor };
}
