namespace MuLambda.Inference.SavedModels;

/// <summary>One tensor of the graph being made.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Rank">The number of its dimensions, where that is known.</param>
/// <param name="Constant">Its contents, where they are known.</param>
internal sealed record GraphValue(string Name, DType Type, int? Rank, Constant? Constant = null);
