namespace MuLambda.VisionZoo.Tests.Comparison;

/// <summary>One input of a model, and what TensorFlow.js answers to it.</summary>
internal sealed record TrialRun(string Name, long[] Shape, float[] Input)
{
    /// <summary>By the name of the output in our signature.</summary>
    public Dictionary<string, Values> Reference { get; } = [];
}
