namespace MuLambda.Benchmarks.ColdStart;

/// <summary>One start, in milliseconds.</summary>
/// <param name="Total">From the decision to the first answer.</param>
/// <param name="Process">Until the executor turns to the model: a process starts, or an empty executor is told.</param>
/// <param name="Download">The artifact is fetched or found in the cache, verified and unpacked; 0 where it is not needed.</param>
/// <param name="Translate">The files are read and become a graph of the runtime; 0 where that was done before.</param>
/// <param name="Load">The runtime optimises and loads the graph.</param>
/// <param name="WarmUp">The model's first run, which nobody waits for.</param>
/// <param name="Answer">From when it is ready to the answer of the first request, on a new connection.</param>
internal sealed record StartTimes(double Total, double Process, double Download, double Translate, double Load, double WarmUp, double Answer);
