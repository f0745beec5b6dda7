namespace MuLambda.Simulation.Paper;

/// <summary>A synthetic model of the evaluation.</summary>
/// <param name="Name">As the evaluation writes it; in the catalog it is lower-case.</param>
/// <param name="Service">How long it takes.</param>
/// <param name="Confidence">How confident it is.</param>
public sealed record PaperModel(string Name, SyntheticServiceTime Service, ConfidenceSpec Confidence)
{
    /// <summary>Its name in the catalog and in the ids of its executors.</summary>
#pragma warning disable CA1308 // The catalog's names are lower-case.
    public string CatalogName => Name.ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>The accuracy it declares, which the evaluation sets to its confidence for the first feature.</summary>
    public double DeclaredAccuracy => Confidence.ByFeature[0];

    /// <summary>The confidence of a request that may have any of the features.</summary>
    public double ExpectedConfidence => Confidence.Mean;

    internal ModelSpec ToSpec() => new(CatalogName, Service, DeclaredAccuracy, Confidence);
}
