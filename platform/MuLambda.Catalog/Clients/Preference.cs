namespace MuLambda.Catalog;

/// <summary>The weights of the soft criteria, each at least 0 and not both 0.</summary>
/// <param name="Latency">How much a short answer time matters.</param>
/// <param name="Accuracy">How much an accurate answer matters.</param>
public sealed record Preference(double Latency, double Accuracy)
{
    /// <summary>The same preference with weights that sum to 1.</summary>
    /// <returns>The normalised preference.</returns>
    public Preference Normalise()
    {
        // Dividing by the larger weight first keeps the sum finite for the largest doubles.
        var largest = Math.Max(Latency, Accuracy);
        var (latency, accuracy) = (Latency / largest, Accuracy / largest);
        return new Preference(latency / (latency + accuracy), accuracy / (latency + accuracy));
    }
}
