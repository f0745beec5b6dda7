namespace MuLambda.Prober.Status;

/// <summary>The registry as the prober sees it.</summary>
/// <param name="Connected">Whether its feed is being received.</param>
/// <param name="Revision">The catalog's revision as last received.</param>
/// <param name="Error">Why the feed is not received; null where it is.</param>
internal sealed record RegistryStatus(bool Connected, long Revision, string? Error);
