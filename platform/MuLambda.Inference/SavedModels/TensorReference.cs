using System.Globalization;

namespace MuLambda.Inference.SavedModels;

/// <summary>One output of a node, as graphs write it: <c>node</c> or <c>node:1</c>.</summary>
internal readonly record struct TensorReference(string Node, int Output)
{
    public static bool IsControl(string text) => text.StartsWith('^');

    /// <exception cref="TranslationException">The text is no reference.</exception>
    public static TensorReference Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0 && text.Length > 0)
        {
            return new TensorReference(text, 0);
        }

        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var output)
            ? new TensorReference(text[..colon], output)
            : throw new TranslationException($"\"{text}\" does not name a node's output");
    }

    public override string ToString() => $"{Node}:{Output.ToString(CultureInfo.InvariantCulture)}";
}
