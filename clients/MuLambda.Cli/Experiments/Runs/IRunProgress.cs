namespace MuLambda.Cli.Experiments;

/// <summary>Is told how far an experiment is. Called concurrently.</summary>
internal interface IRunProgress
{
    /// <summary>A part of it begins.</summary>
    /// <param name="what">What there is to do.</param>
    /// <param name="amount">How much that is, in a measure of its own.</param>
    void Begin(string what, long amount);

    /// <summary>Some of it is done.</summary>
    /// <param name="amount">How much, in the same measure.</param>
    void Finished(long amount);
}
