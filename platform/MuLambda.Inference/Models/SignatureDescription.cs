namespace MuLambda.Inference;

/// <summary>One way to call a model.</summary>
/// <param name="Name">The name requests use, <c>serving_default</c> usually.</param>
/// <param name="MethodName">TensorFlow's method, such as <c>tensorflow/serving/predict</c>.</param>
/// <param name="Inputs">The inputs, ordered by name for a SavedModel and as declared for ONNX.</param>
/// <param name="Outputs">The outputs, ordered likewise.</param>
public sealed record SignatureDescription(
    string Name, string MethodName, IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs);
