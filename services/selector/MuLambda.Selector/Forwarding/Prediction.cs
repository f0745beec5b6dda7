using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary>What is sent to an executor.</summary>
internal sealed record Prediction(Model Model, ModelInputs Inputs);
