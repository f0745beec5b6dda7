namespace MuLambda.Executor.Models;

/// <summary>What happened to versions since the start.</summary>
internal sealed class ModelCounters(MemoryBudget budget)
{
    private long _loads;
    private long _loadFailures;
    private long _unloads;
    private long _evictions;

    /// <summary>Versions brought into memory, those that came again included.</summary>
    public long Loads => Interlocked.Read(ref _loads);

    /// <summary>Versions that could not be.</summary>
    public long LoadFailures => Interlocked.Read(ref _loadFailures);

    /// <summary>Versions that left memory because they are no longer served.</summary>
    public long Unloads => Interlocked.Read(ref _unloads);

    /// <summary>Versions that left memory to make room, and come again when they are asked for.</summary>
    public long Evictions => Interlocked.Read(ref _evictions);

    /// <summary>What the models in memory and those that are being loaded take, as estimated.</summary>
    public long ResidentBytes => budget.Reserved;

    /// <summary>The bound of <see cref="ResidentBytes"/>.</summary>
    public long MaxBytes => budget.Limit;

    public void Loaded() => Interlocked.Increment(ref _loads);

    public void LoadFailed() => Interlocked.Increment(ref _loadFailures);

    public void Unloaded() => Interlocked.Increment(ref _unloads);

    public void Evicted() => Interlocked.Increment(ref _evictions);
}
