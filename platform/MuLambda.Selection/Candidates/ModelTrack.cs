namespace MuLambda.Selection;

/// <summary>What the selector learned of a model version over all executors that serve it. It lives across snapshots.</summary>
public sealed class ModelTrack
{
    // Of more executors than these a new figure reaches so many with each answer, in turn.
    private const int MostShownAtOnce = 64;

    private CandidateTrack[] _candidates = [];
    private int _nextService;
    private int _nextAccuracy;
    private double _waitForAgainMs = double.NegativeInfinity;

    internal ModelTrack(ServiceTimeModel prior, double declaredAccuracy)
    {
        Service = new ServiceTimeEstimator(prior);
        Accuracy = new AccuracyEstimator(declaredAccuracy);
    }

    /// <summary>Its service time over all executors: the prior of an executor that has not answered yet.</summary>
    public ServiceTimeEstimator Service { get; }

    /// <summary>Its accuracy.</summary>
    public AccuracyEstimator Accuracy { get; }

    /// <summary>When requests that could go elsewhere may wait for its first executor again, by the selector's clock, in milliseconds.</summary>
    internal double WaitForAgainMs
    {
        get => Volatile.Read(ref _waitForAgainMs);
        set => Volatile.Write(ref _waitForAgainMs, value);
    }

    /// <summary>Takes in how sure the model was of an answer.</summary>
    /// <param name="confidence">From 0 to 1; anything else is ignored.</param>
    public void ObserveConfidence(double confidence)
    {
        Accuracy.ObserveConfidence(confidence);
        ShowAccuracy();
    }

    /// <summary>Takes in how right an answer was.</summary>
    /// <param name="score">From 0 for wrong to 1 for right; anything else is ignored.</param>
    /// <param name="confidence">How sure the model had been; null where it did not say.</param>
    public void ObserveScore(double score, double? confidence = null)
    {
        Accuracy.ObserveScore(score, confidence);
        ShowAccuracy();
    }

    internal void ObserveService(double elapsedMs, int items, int requestsAhead, int itemsAhead, double nowMs)
    {
        Service.Observe(elapsedMs, items, requestsAhead, itemsAhead, nowMs);
        foreach (var candidate in Next(ref _nextService))
        {
            if (candidate.Service.Current.Observations == 0)
            {
                candidate.ShowService();
            }
        }
    }

    internal void Place(CandidateTrack[] candidates) => Interlocked.Exchange(ref _candidates, candidates);

    private void ShowAccuracy()
    {
        foreach (var candidate in Next(ref _nextAccuracy))
        {
            candidate.ShowAccuracy();
        }
    }

    private ReadOnlySpan<CandidateTrack> Next(ref int next)
    {
        var candidates = Volatile.Read(ref _candidates);
        if (candidates.Length <= MostShownAtOnce)
        {
            return candidates;
        }

        // Two at a time may show the same ones; the others have their turn all the same.
        var first = next < candidates.Length ? next : 0;
        var count = Math.Min(MostShownAtOnce, candidates.Length - first);
        next = first + count;
        return candidates.AsSpan(first, count);
    }
}
