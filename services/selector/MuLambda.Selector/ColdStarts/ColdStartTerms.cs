namespace MuLambda.Selector;

/// <summary>On what terms a request waits for the first replica of a model.</summary>
/// <param name="Client">Who asks; null where criteria were given.</param>
/// <param name="Priority">The higher goes first, and is refused last.</param>
/// <param name="Patience">How long it waits at most.</param>
/// <param name="Bytes">Its inputs.</param>
internal readonly record struct ColdStartTerms(string? Client, int Priority, TimeSpan Patience, long Bytes);
