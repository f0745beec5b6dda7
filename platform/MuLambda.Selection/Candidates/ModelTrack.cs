namespace MuLambda.Selection;

/// <summary>What the selector learned of a model version over all executors that serve it. It lives across snapshots.</summary>
public sealed class ModelTrack
{
    // Beyond so many executors a new figure reaches the others with their own next answer, or with the next snapshot.
    private const int MostShownAtOnce = 64;

    private CandidateTrack[] _candidates = [];

    internal ModelTrack(ServiceTimeModel prior, double declaredAccuracy)
    {
        Service = new ServiceTimeEstimator(prior);
        Accuracy = new AccuracyEstimator(declaredAccuracy);
    }

    /// <summary>Its service time over all executors: the prior of an executor that has not answered yet.</summary>
    public ServiceTimeEstimator Service { get; }

    /// <summary>Its accuracy.</summary>
    public AccuracyEstimator Accuracy { get; }

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
        var candidates = Volatile.Read(ref _candidates);
        if (candidates.Length <= MostShownAtOnce)
        {
            foreach (var candidate in candidates)
            {
                if (candidate.Service.Current.Observations == 0)
                {
                    candidate.ShowService();
                }
            }
        }
    }

    internal void Place(CandidateTrack[] candidates) => Interlocked.Exchange(ref _candidates, candidates);

    private void ShowAccuracy()
    {
        var candidates = Volatile.Read(ref _candidates);
        if (candidates.Length <= MostShownAtOnce)
        {
            foreach (var candidate in candidates)
            {
                candidate.ShowAccuracy();
            }
        }
    }
}
