namespace MuLambda.Selector;

/// <summary>On what terms a request waits for the first replica of a model.</summary>
/// <param name="Client">Who asks; null where criteria were given.</param>
/// <param name="Priority">The higher goes first, and is refused last.</param>
/// <param name="Patience">How long it waits at most.</param>
/// <param name="Bytes">Its inputs.</param>
/// <param name="MayGoElsewhere">Whether something else could answer it when its patience is over.</param>
internal readonly record struct ColdStartTerms(string? Client, int Priority, TimeSpan Patience, long Bytes, bool MayGoElsewhere)
{
    /// <summary>How long a request waits: where something else could answer it, half of the time that is left, so that there is time for that.</summary>
    /// <param name="choice">What it waits for.</param>
    /// <param name="left">How long it may still take.</param>
    public static TimeSpan PatienceOf(in Choice choice, TimeSpan left) => choice.MayGoElsewhere ? left / 2 : left;
}
