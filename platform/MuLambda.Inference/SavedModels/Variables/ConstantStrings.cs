using Google.Protobuf;
using MuLambda.Inference.SavedModels.Functions;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Inference.SavedModels.Variables;

/// <summary>Reads constants that say something about a graph rather than take part in it: names of tensors and features.</summary>
internal static class ConstantStrings
{
    /// <summary>The strings a reference leads to.</summary>
    /// <exception cref="TranslationException">It leads to something else.</exception>
    public static IReadOnlyList<ByteString> Read(FunctionInliner inliner, GraphScope scope, string reference, string what)
    {
        var point = inliner.FollowValue(scope, reference);
        if (point.Node is not { Op: "Const" } node || !node.Attr.TryGetValue("value", out var value) || value.Tensor is not { } tensor)
        {
            throw new TranslationException($"{what} takes its names from node {point.Path}, which is not constant");
        }

        // A few bytes may stand for many equal names; nobody names so many features or variables.
        const int MaxNames = 1_000_000;
        try
        {
            return TensorContent.ElementCount(tensor) <= MaxNames
                ? TensorContent.GetStrings(tensor)
                : throw new InvalidDataException($"It has more than {MaxNames} elements.");
        }
        catch (InvalidDataException e)
        {
            throw new TranslationException($"{what} takes its names from node {point.Path}: {e.Message.TrimEnd('.')}");
        }
    }
}
