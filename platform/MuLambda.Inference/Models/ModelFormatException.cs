namespace MuLambda.Inference;

/// <summary>A model that cannot be loaded: absent, too large, malformed, or made of operators that are not supported.</summary>
/// <param name="message">What is wrong, naming the file and, where it applies, signature, operator and node.</param>
/// <param name="inner">The cause.</param>
public sealed class ModelFormatException(string message, Exception? inner = null) : Exception(message, inner);
