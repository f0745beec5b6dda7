namespace MuLambda.Selection;

/// <summary>What the selector learned of one model in one executor. It lives across snapshots.</summary>
public sealed class CandidateTrack
{
    private long _lastTurn;
    private double _lastDelayPerItemMs;

    internal CandidateTrack(ServiceTimeModel prior, long turn)
    {
        Service = new ServiceTimeEstimator(prior);
        _lastTurn = turn;
    }

    /// <summary>Its service time.</summary>
    public ServiceTimeEstimator Service { get; }

    /// <summary>The confidences it answered with.</summary>
    public ConfidenceWindow Confidence { get; } = new();

    /// <summary>
    /// What the last answer took beyond the network's round trip, per item, in milliseconds: the published "model data delay".
    /// 0 before the first answer.
    /// </summary>
    public double LastDelayPerItemMs => Volatile.Read(ref _lastDelayPerItemMs);

    internal long LastTurn => Volatile.Read(ref _lastTurn);

    internal void Assigned(long turn) => Volatile.Write(ref _lastTurn, turn);

    internal void RecordDelay(double elapsedMs, double rttMs, int items) =>
        Volatile.Write(ref _lastDelayPerItemMs, Math.Max(elapsedMs - rttMs, 0) / items);
}
