namespace MuLambda.Inference;

/// <summary>An inference that could not be done.</summary>
/// <param name="error">Why.</param>
/// <param name="message">What is wrong, naming the field, what was expected and what was given.</param>
/// <param name="field">The input, output or signature concerned, if one is.</param>
/// <param name="nativeStatus">ONNX Runtime's error code, if it gave one.</param>
/// <param name="inner">The cause.</param>
public sealed class InferenceException(
    InferenceError error, string message, string? field = null, int? nativeStatus = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Why the inference failed.</summary>
    public InferenceError Error { get; } = error;

    /// <summary>The input, output or signature concerned, or null.</summary>
    public string? Field { get; } = field;

    /// <summary>ONNX Runtime's error code, or null.</summary>
    public int? NativeStatus { get; } = nativeStatus;
}
