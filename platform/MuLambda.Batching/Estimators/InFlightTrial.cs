namespace MuLambda.Batching;

/// <summary>What was seen of a number of batches at a time without a long pause.</summary>
/// <param name="Answers">The answers, up to <see cref="Whole"/>.</param>
/// <param name="LastAnswer">The number of the last one, among those of all.</param>
/// <param name="Ratios">What they took relative to what was known before, summed; infinite where nothing was.</param>
internal readonly record struct InFlightTrial(int Answers, long LastAnswer, double Ratios)
{
    /// <summary>The answers of a trial.</summary>
    public const int Whole = 4;

    /// <summary>The answers without one of this number of batches after which there is another trial: about one in a hundred is one.</summary>
    public const int AnswersBetween = 300;

    /// <summary>The same while there is too much to do: a trial that fails costs requests their deadlines then.</summary>
    public const int AnswersBetweenInOverload = 8 * AnswersBetween;

    public bool IsFresh(long since) => Answers >= Whole && LastAnswer >= since;

    public bool IsOver(long answers) => answers - LastAnswer > AnswersBetween;

    public InFlightTrial With(double ratio) => this with { Answers = Answers + 1, Ratios = Ratios + ratio };
}
