namespace MuLambda.Simulation.Paper;

/// <summary>One combination of the evaluation, in which the policies are compared.</summary>
/// <param name="Schedule">Which models run where.</param>
/// <param name="UseCase">What is wanted.</param>
/// <param name="Streams">How many streams send requests side by side.</param>
/// <param name="Size">The items of each request.</param>
/// <param name="Network">How far the nodes are away.</param>
public sealed record PaperCell(PaperSchedule Schedule, PaperUseCase UseCase, int Streams, int Size, PaperNetwork Network)
{
    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"{Schedule.Name}/{UseCase.Name}, {Streams} streams, size {Size}, {Network.Name}");
}
