namespace MuLambda.Selector;

/// <summary>How long a request may take from its arrival.</summary>
/// <param name="Usual">Where an executor is ready.</param>
/// <param name="WithColdStart">Where it has to wait for one; the same where the request says itself how long it may take.</param>
internal readonly record struct RequestTimeout(TimeSpan Usual, TimeSpan WithColdStart);
