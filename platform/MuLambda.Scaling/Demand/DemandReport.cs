namespace MuLambda.Scaling;

/// <summary>What a selector knows of the demand; it streams one every so often, and at once when a request begins to wait for a cold start.</summary>
/// <param name="Selector">The selector.</param>
/// <param name="Epoch">Which life of the selector the counts began with.</param>
/// <param name="UptimeMs">When the report was taken, in milliseconds of the selector's life.</param>
/// <param name="Models">The models for which there was demand.</param>
public sealed record DemandReport(string Selector, string Epoch, double UptimeMs, IReadOnlyList<ModelDemand> Models);
