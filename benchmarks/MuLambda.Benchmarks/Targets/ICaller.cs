namespace MuLambda.Benchmarks.Targets;

/// <summary>One caller with connections of its own; calls one at a time.</summary>
internal interface ICaller : IAsyncDisposable
{
    /// <summary>Sends the payload and waits for its answer.</summary>
    ValueTask CallAsync();
}
