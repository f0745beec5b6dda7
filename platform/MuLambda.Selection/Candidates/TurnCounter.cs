namespace MuLambda.Selection;

/// <summary>Counts the selections among the candidates of one combination of traits, across snapshots.</summary>
internal sealed class TurnCounter
{
    private long _turns;

    public long Current => Volatile.Read(ref _turns);

    /// <summary>Takes the next turn: 0, 1, 2…</summary>
    public long Next() => Interlocked.Increment(ref _turns) - 1;
}
