using MuLambda.Catalog;
using MuLambda.Protocol.Rest;

namespace MuLambda.Selector;

/// <summary>What is sent to an executor: the body as it came, and the same as tensors of the chosen model.</summary>
internal sealed record Prediction(ModelReference Model, PredictJsonRequest Request, ReadOnlyMemory<byte> Body);
