namespace MuLambda.Inference.Runtime;

/// <summary>How a session is made.</summary>
/// <param name="IntraOpThreads">The threads of one run.</param>
/// <param name="IsPrepared">The bytes are what another session of this library and machine left behind, not ONNX.</param>
/// <param name="SaveTo">The file that the optimised graph is left in, or null.</param>
internal sealed record OrtSessionSettings(int IntraOpThreads, bool IsPrepared = false, string? SaveTo = null);
