namespace MuLambda.Executor.Models;

/// <summary>Memory that a model in it, or one that is being loaded, takes of the budget; given back once.</summary>
internal sealed class MemoryReservation(MemoryBudget budget, long bytes) : IDisposable
{
    /// <summary>How much.</summary>
    public long Bytes => bytes;

    /// <summary>Says that the model could make room now: nobody runs it.</summary>
    public void Idle() => budget.Signal();

    public void Dispose() => budget.Return(bytes);
}
