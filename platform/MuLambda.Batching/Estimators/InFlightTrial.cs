namespace MuLambda.Batching;

/// <summary>What was seen of a number of batches at a time without a long pause.</summary>
/// <param name="Answers">The answers, up to <see cref="Whole"/>.</param>
/// <param name="LastAnswer">The number of the last one, among those of all.</param>
/// <param name="Ratios">What they took relative to what was known before, summed; infinite where nothing was.</param>
internal readonly record struct InFlightTrial(int Answers, long LastAnswer, double Ratios)
{
    /// <summary>The answers of a trial.</summary>
    public const int Whole = 4;

    // About one batch in a hundred is a trial. At first, while a runtime compiles and caches fill, what was seen is soon out of date: then a quarter of all answers.
    private const int LeastBetween = 100;
    private const int MostBetween = 300;
    private const int AgeShare = 4;

    // While there is too much to do: a trial that fails costs requests their deadlines then.
    private const int InOverload = 16;

    // And where there is little to do it costs next to nothing: so many answers for each example that is there.
    private const int PerItem = 25;

    /// <summary>The answers without one of this number of batches after which there is another trial.</summary>
    /// <param name="answers">The answers of all so far.</param>
    /// <param name="isOverloaded">Whether there is too much to do.</param>
    /// <param name="items">The examples that wait or run.</param>
    public static long Between(long answers, bool isOverloaded = false, double items = double.PositiveInfinity)
    {
        var between = Math.Clamp(answers / AgeShare, LeastBetween, MostBetween);
        return isOverloaded ? between * InOverload : (long)Math.Min(between, PerItem * items);
    }

    public bool IsFresh(long since) => Answers >= Whole && LastAnswer >= since;

    public bool IsOver(long answers) => answers - LastAnswer > Between(answers);

    public InFlightTrial With(double ratio) => this with { Answers = Answers + 1, Ratios = Ratios + ratio };
}
