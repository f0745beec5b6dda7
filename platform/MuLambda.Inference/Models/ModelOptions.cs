namespace MuLambda.Inference;

/// <summary>How a model is loaded.</summary>
public sealed record ModelOptions
{
    /// <summary>The options where none are named.</summary>
    public static ModelOptions Default { get; } = new();

    /// <summary>
    /// The threads one run may use. 1 (the default) computes on the calling thread: best when requests run concurrently.
    /// </summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Where the model is left as it was prepared, so that <see cref="PreparedModel"/> can load it the next time; null for nowhere.</summary>
    public ModelPreparation? Preparation { get; init; }

    /// <summary>How large the model may be.</summary>
    public ModelLimits Limits { get; init; } = ModelLimits.Default;
}
