namespace MuLambda.Scaling;

/// <summary>An executor cannot be launched.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">What failed; null for nothing in particular.</param>
public sealed class LaunchException(string message, Exception? inner = null) : Exception(message, inner);
