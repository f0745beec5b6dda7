using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>A model, as the catalog declares it and as it behaves.</summary>
/// <param name="Name">Its name: lower-case letters, digits and inner hyphens. Its version is 1.</param>
/// <param name="ServiceTime">How long executors take for it.</param>
/// <param name="Accuracy">Its declared accuracy, from 0 to 1.</param>
/// <param name="Confidence">How confident its answers are; null where they do not say.</param>
/// <param name="Bytes">Its declared size.</param>
/// <param name="Traits">What it does; null for <see cref="ClusterSpec.DefaultTraits"/>.</param>
public sealed record ModelSpec(
    string Name,
    ServiceTime ServiceTime,
    double Accuracy,
    ConfidenceSpec? Confidence = null,
    long Bytes = 0,
    Traits? Traits = null);
