namespace MuLambda.Inference.SavedModels;

/// <summary>A graph that cannot be translated; the loader adds file and signature.</summary>
internal sealed class TranslationException(string message) : Exception(message);
