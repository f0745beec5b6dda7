namespace MuLambda.Catalog;

/// <summary>What a client asks for instead of a model's name.</summary>
/// <param name="Required">Hard: never violated.</param>
/// <param name="Desired">Soft: traded off against each other.</param>
/// <param name="Bounds">Hard limits on what is traded; null for none.</param>
public sealed record Criteria(Traits Required, Preference Desired, Bounds? Bounds = null);
