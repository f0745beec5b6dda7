namespace MuLambda.Scaling;

/// <summary>A model that an executor is to serve.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The version; null for the newest, also of those to come.</param>
public sealed record PlacedModel(string Name, long? Version = null);
