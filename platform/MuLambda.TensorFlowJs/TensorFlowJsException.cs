namespace MuLambda.TensorFlowJs;

/// <summary>A TensorFlow.js model that cannot be imported: absent, too large, malformed, or of a kind that is not supported.</summary>
/// <param name="message">What is wrong, naming the file and, where it applies, the member of its JSON.</param>
/// <param name="inner">The cause.</param>
public sealed class TensorFlowJsException(string message, Exception? inner = null) : Exception(message, inner);
