namespace MuLambda.Cli.Inference;

/// <summary>The answers to all images.</summary>
/// <param name="Client">The client that asked.</param>
/// <param name="Succeeded">How many were answered.</param>
/// <param name="Failed">How many were not.</param>
/// <param name="Results">One per image, in the order given.</param>
internal sealed record ImageAnswers(string Client, int Succeeded, int Failed, IReadOnlyList<ImageAnswer> Results);
