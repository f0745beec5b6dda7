namespace MuLambda.Inference.SavedModels;

/// <summary>One tensor of the graph being made.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its dimensions, -1 for each whose size only a request knows; null where not even their number is known.</param>
/// <param name="Constant">Its contents, where they are known.</param>
internal sealed record GraphValue(string Name, DType Type, IReadOnlyList<long>? Shape, Constant? Constant = null)
{
    /// <summary>The number of its dimensions, where that is known.</summary>
    public int? Rank => Shape?.Count;

    /// <summary>
    /// The elements of a small tensor of integers, null for each that only a request knows: what shapes are computed from. Null
    /// where nothing is known of them.
    /// </summary>
    public IReadOnlyList<long?>? Elements { get; init; }

    /// <summary>Whether every dimension is known.</summary>
    public bool IsStatic => Shape?.All(d => d >= 0) == true;
}
