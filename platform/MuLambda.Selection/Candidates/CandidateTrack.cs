namespace MuLambda.Selection;

/// <summary>What the selector learned of one model in one executor. It lives across snapshots.</summary>
public sealed class CandidateTrack
{
    private double _declaredAccuracy;
    private CandidateRow? _row;
    private long _lastTurn;
    private double _lastDelayPerItemMs;
    private float _queueWaitMs = float.NaN;

    internal CandidateTrack(ModelTrack model, ServiceTimeModel prior, double declaredAccuracy, long turn)
    {
        Model = model;
        Prior = prior;
        Service = new ServiceTimeEstimator(prior);
        Freshness = new Freshness();
        _declaredAccuracy = declaredAccuracy;
        _lastTurn = turn;
    }

    /// <summary>Its service time.</summary>
    public ServiceTimeEstimator Service { get; }

    /// <summary>The model over all its executors.</summary>
    public ModelTrack Model { get; }

    /// <summary>The confidences it answered with.</summary>
    public ConfidenceWindow Confidence { get; } = new();

    /// <summary>
    /// What the last answer took beyond the network's round trip, per item, in milliseconds: the published "model data delay".
    /// 0 before the first answer.
    /// </summary>
    public double LastDelayPerItemMs => Volatile.Read(ref _lastDelayPerItemMs);

    /// <summary>What the model's size says of its service time.</summary>
    internal ServiceTimeModel Prior { get; private set; }

    internal Freshness Freshness { get; }

    /// <summary>What the executor itself reports of its service time; NaN where it does not.</summary>
    internal double ReportedServiceMs { get; private set; } = double.NaN;

    internal void Assigned(long turn)
    {
        Volatile.Write(ref _lastTurn, turn);
        if (Volatile.Read(ref _row) is { } row)
        {
            row.Columns.LastTurn[row.Index] = turn;
        }
    }

    internal void RecordDelay(double elapsedMs, double rttMs, int items)
    {
        Volatile.Write(ref _lastDelayPerItemMs, Math.Max(elapsedMs - rttMs, 0) / items);
        if (Volatile.Read(ref _row) is { } row)
        {
            row.Columns.LastDelayPerItemMs[row.Index] = _lastDelayPerItemMs;
        }
    }

    /// <summary>
    /// Whoever queues requests for the candidate tells what one that came now would wait: better known than by how many are in flight, as batches take
    /// many at once.
    /// </summary>
    /// <param name="waitMs">The wait beyond the service time, in milliseconds; NaN where no queue knows it.</param>
    public void ReportQueueWait(double waitMs)
    {
        _queueWaitMs = (float)waitMs;
        if (Volatile.Read(ref _row) is { } row)
        {
            row.Columns.QueueWaitMs[row.Index] = _queueWaitMs;
        }
    }

    /// <summary>Takes in how sure the model was of an answer of this executor.</summary>
    /// <param name="confidence">From 0 to 1; anything else is ignored.</param>
    public void ObserveConfidence(double confidence)
    {
        Confidence.Observe(confidence);
        Model.ObserveConfidence(confidence);
        ShowConfidence();
    }

    /// <summary>Learns from an answer that took <paramref name="elapsedMs"/> without the network.</summary>
    internal void Learn(double elapsedMs, int items, int requestsAhead, int itemsAhead, double nowMs)
    {
        if (Freshness.Recovered(elapsedMs, items, requestsAhead, itemsAhead) is { } usual)
        {
            Service.Restore(usual, nowMs);
        }

        Service.Observe(elapsedMs, items, requestsAhead, itemsAhead, nowMs);
        Freshness.Follow(Service.Current, items, nowMs);
        ShowService();
        Model.ObserveService(elapsedMs, items, requestsAhead, itemsAhead, nowMs);
    }

    /// <summary>Takes in what the catalog says now.</summary>
    internal void Follow(Candidate candidate)
    {
        Prior = ServiceTimePrior.Of(candidate.Model.Bytes);
        ReportedServiceMs = candidate.ReportedServiceMs;
        _declaredAccuracy = candidate.Model.Accuracy.Value;
        Model.Accuracy.Declare(_declaredAccuracy);
        ShowConfidence();
        ShowAccuracy();
        ShowService();
    }

    /// <summary>Takes over a new row.</summary>
    internal void Place(CandidateRow row)
    {
        Interlocked.Exchange(ref _row, row);
        row.Columns.LastTurn[row.Index] = LastTurn;
        row.Columns.QueueWaitMs[row.Index] = _queueWaitMs;
        row.Columns.LastDelayPerItemMs[row.Index] = LastDelayPerItemMs;
        ShowConfidence();
        ShowAccuracy();
        ShowService();
    }

    internal long LastTurn => Volatile.Read(ref _lastTurn);

    internal void ShowAccuracy()
    {
        if (Volatile.Read(ref _row) is { } row)
        {
            var accuracy = Model.Accuracy.Current;
            row.Columns.Accuracy[row.Index] = (float)accuracy.Mean;
            row.Columns.AccuracyDoubt[row.Index] = (float)accuracy.Doubt;
            row.Columns.MostHope[row.Index] = (float)accuracy.MostHope;
            row.Columns.BoundAccuracy[row.Index] = (float)accuracy.Proven;
        }
    }

    internal void ShowService()
    {
        if (Volatile.Read(ref _row) is not { } row)
        {
            return;
        }

        var own = Service.Current;
        var peers = Model.Service.Current;
        var known = own.Observations > 0 ? own : peers.Observations > 0 ? peers : Prior;
        var columns = row.Columns;
        columns.Unknown[row.Index] = own.Observations > 0 ? CandidateColumns.KnownByAnswers
            : peers.Observations > 0 ? CandidateColumns.KnownByPeers : CandidateColumns.KnownBySize;
        columns.Answers[row.Index] = own.Observations;
        columns.BaseMs[row.Index] = (float)(known.Observations > 0 || double.IsNaN(ReportedServiceMs)
            ? known.BaseMs : Math.Max(known.BaseMs, ReportedServiceMs - known.PerItemMs));
        columns.PerItemMs[row.Index] = (float)known.PerItemMs;
        columns.WaitPerRequestMs[row.Index] = (float)known.WaitPerRequestMs;
        columns.WaitPerItemMs[row.Index] = (float)known.WaitPerItemMs;
        columns.ScatterMs[row.Index] = (float)known.ScatterMs;
        columns.ObservedAtMs[row.Index] = Clock.Of(own.ObservedAtMs);
        columns.RetryFactor[row.Index] = (float)Freshness.RetryFactor;

        // One that never answered has nothing to be measured again; its turn comes by SelectionContext.PatienceTurns.
        columns.RetryAfterMs[row.Index] = own.Observations > 0 ? Clock.Duration(Freshness.RetryAfterMs) : int.MaxValue;
        columns.StaleAfterMs[row.Index] = own.Observations > 0 ? Clock.Duration(Freshness.StaleAfterMs) : int.MaxValue;
    }

    private void ShowConfidence()
    {
        if (Volatile.Read(ref _row) is { } row)
        {
            var mean = Confidence.Mean;
            row.Columns.Confidence[row.Index] = double.IsNaN(mean) ? _declaredAccuracy : mean;
        }
    }
}
