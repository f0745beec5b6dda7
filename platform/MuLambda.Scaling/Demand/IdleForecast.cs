namespace MuLambda.Scaling;

/// <summary>Between which idle times the next request is expected.</summary>
/// <param name="HeadMs">Few end before it, in milliseconds after the last request.</param>
/// <param name="TailMs">Few end after it.</param>
/// <param name="Values">The idle times it is based on, faded.</param>
public readonly record struct IdleForecast(double HeadMs, double TailMs, double Values);
