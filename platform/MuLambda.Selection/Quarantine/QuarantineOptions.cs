namespace MuLambda.Selection;

/// <summary>How long an executor that failed is left out.</summary>
/// <param name="First">After the first failure; above zero.</param>
/// <param name="Longest">The longest; every further failure doubles the time up to it.</param>
public sealed record QuarantineOptions(TimeSpan First, TimeSpan Longest)
{
    /// <summary>Half a second, doubling to thirty seconds.</summary>
    public static QuarantineOptions Default { get; } = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));
}
