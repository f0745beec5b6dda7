namespace MuLambda.Selector;

/// <summary>What became of an inference. That every candidate is full comes by thousands when there is too much to do, so it is no exception.</summary>
/// <param name="Forwarded">The inference, where an executor answered it.</param>
/// <param name="Refused">Why none did, for want of a place in time.</param>
internal readonly record struct ForwardResult(Forwarded? Forwarded, RequestException? Refused = null);
