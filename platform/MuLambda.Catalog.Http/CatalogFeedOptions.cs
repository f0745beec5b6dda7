namespace MuLambda.Catalog.Http;

/// <summary>How a <see cref="CatalogFeed"/> comes back to a registry that is away.</summary>
public sealed record CatalogFeedOptions
{
    /// <summary>The longest wait before the first attempt to connect again; it doubles with each that fails.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MinBackoff, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBackoff, MinBackoff);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxBackoff, TimeSpan.FromHours(1));
    }
}
