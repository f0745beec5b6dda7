namespace MuLambda.Selection;

/// <summary>
/// What is believed of a model that has not answered yet. Its size is the only cost the catalog declares, so the
/// prior grows with the bytes: a small constant plus one millisecond per item and mebibyte. The constant is below what
/// any real call takes, so that an unknown small model is tried rather than avoided.
/// </summary>
public static class ServiceTimePrior
{
    /// <summary>The part of the prior that does not depend on the model, in milliseconds.</summary>
    public const double BaseMs = 0.05;

    /// <summary>What a mebibyte of model adds per item, in milliseconds.</summary>
    public const double PerItemAndMebibyteMs = 1;

    /// <summary>The prior of a model.</summary>
    /// <param name="bytes">The model's unpacked size.</param>
    /// <returns>A service-time model without observations.</returns>
    public static ServiceTimeModel Of(long bytes) =>
        OneAtATime(BaseMs, PerItemAndMebibyteMs * Math.Max(0, bytes) / (1024.0 * 1024.0));

    // What an executor that answers one request after the other would do.
    private static ServiceTimeModel OneAtATime(double baseMs, double perItemMs) => new(baseMs, perItemMs, baseMs, perItemMs);
}
