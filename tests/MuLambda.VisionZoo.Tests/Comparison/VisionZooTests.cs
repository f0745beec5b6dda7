namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>The tests that share one fetch of the models and one run of TensorFlow.js.</summary>
[CollectionDefinition(Name)]
public sealed class VisionZooTests : ICollectionFixture<VisionZoo>
{
    public const string Name = "vision zoo";
}
