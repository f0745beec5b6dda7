namespace MuLambda.Inference.SavedModels;

/// <summary>One TensorFlow operator there is a translation for.</summary>
/// <param name="Name">TensorFlow's name.</param>
/// <param name="Family">What it is listed under.</param>
/// <param name="Note">What a reader of the list has to know; empty where it does all that TensorFlow's does.</param>
/// <param name="Translate">What translates it.</param>
internal sealed record OperatorEntry(string Name, string Family, string Note, OperatorTranslator Translate);
