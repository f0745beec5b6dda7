namespace MuLambda.Simulation;

/// <summary>Keeps every request of a run.</summary>
public sealed class RequestList : IRequestSink
{
    private readonly List<RequestRecord> _records = [];

    /// <summary>The requests in the order in which they ended.</summary>
    public IReadOnlyList<RequestRecord> Records => _records;

    /// <inheritdoc/>
    public void Finished(in RequestRecord record) => _records.Add(record);
}
