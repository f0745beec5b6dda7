using MuLambda.Inference.Examples;

namespace MuLambda.Inference.SavedModels;

/// <summary>One signature, translated.</summary>
/// <param name="Description">The signature.</param>
/// <param name="Model">What computes it.</param>
/// <param name="Examples">What is parsed out of serialized examples first, and the graph's inputs the tensors go to.</param>
internal sealed record SignatureGraph(
    SignatureDescription Description,
    Onnx.Proto.ModelProto Model,
    IReadOnlyList<(ExampleParser Parser, IReadOnlyList<string> GraphInputs)> Examples);
