namespace MuLambda.Catalog;

/// <summary>What a model is asked for instead of its name: the hard criteria.</summary>
/// <param name="Task">What it does: classification, regression, detection, pose-estimation, embedding…</param>
/// <param name="Input">What it reads: image, text, audio, tensor…</param>
/// <param name="Output">What it answers with: label, box, tensor…</param>
public sealed record Traits(string Task, string Input, string Output);
