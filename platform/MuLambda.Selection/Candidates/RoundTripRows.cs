namespace MuLambda.Selection;

/// <summary>
/// Bounds what the rows of round trips take that demands made: of 10,000 clients of 10,000 executors they would be 400 MB. The ones made
/// first are let go first; a client whose rows are gone has them made again with its next request.
/// </summary>
/// <param name="mostBytes">What the rows may take.</param>
internal sealed class RoundTripRows(long mostBytes = RoundTripRows.MostBytes)
{
    private const long MostBytes = 64 * 1024 * 1024;

    // Shorter ones are a few kilobytes a client at most, and not worth the trouble.
    private const int ShortestKept = 1024;

    private readonly Lock _gate = new();
    private readonly Queue<(Demand Demand, int Rows)> _kept = new();
    private long _bytes;

    /// <summary>What is kept now.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>A demand has made its rows.</summary>
    public void Keep(Demand demand, int rows)
    {
        if (rows < ShortestKept)
        {
            return;
        }

        lock (_gate)
        {
            _kept.Enqueue((demand, rows));
            _bytes += (long)rows * sizeof(float);
            while (_bytes > mostBytes && _kept.Count > 1)
            {
                DropFirst();
            }
        }
    }

    /// <summary>Lets all go, so that demands of snapshots that are no more are not kept alive.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            while (_kept.Count > 0)
            {
                DropFirst();
            }
        }
    }

    private void DropFirst()
    {
        var (demand, rows) = _kept.Dequeue();
        demand.DropRows();
        _bytes -= (long)rows * sizeof(float);
    }
}
