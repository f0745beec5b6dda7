using MuLambda.Protocol.Serving;

namespace MuLambda.Protocol.Rest;

/// <summary>A classify or regress body that was read.</summary>
/// <param name="SignatureName">The signature named in the body, or <see cref="PredictJson.DefaultSignature"/>.</param>
/// <param name="Input">The examples, with their context where there is one.</param>
public sealed record ExamplesJsonRequest(string SignatureName, Input Input);
