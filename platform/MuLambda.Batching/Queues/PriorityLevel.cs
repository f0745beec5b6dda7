namespace MuLambda.Batching;

/// <summary>Those of one priority that wait.</summary>
internal struct PriorityLevel
{
    public int Priority { get; init; }

    public int Count { get; set; }

    public long Items { get; set; }
}
