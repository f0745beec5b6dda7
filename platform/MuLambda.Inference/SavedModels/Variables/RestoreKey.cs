namespace MuLambda.Inference.SavedModels.Variables;

/// <summary>What a variable is restored from.</summary>
/// <param name="Name">The tensor's name in the checkpoint.</param>
/// <param name="Slice">Which part of it, as the restore operator names it; empty for all.</param>
internal sealed record RestoreKey(string Name, string Slice);
