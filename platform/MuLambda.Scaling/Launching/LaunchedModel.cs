namespace MuLambda.Scaling;

/// <summary>A model that was given to an executor.</summary>
/// <param name="Model">The model.</param>
/// <param name="GivenAt">When, by the launcher's clock.</param>
/// <param name="Progress">The steps it reached since, in their order.</param>
public sealed record LaunchedModel(PlacedModel Model, DateTimeOffset GivenAt, IReadOnlyList<ModelProgress> Progress)
{
    /// <summary>The step that it reached last; null before the first.</summary>
    public ModelProgress? Last => Progress.Count > 0 ? Progress[^1] : null;
}
