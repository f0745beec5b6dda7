namespace MuLambda.TensorFlowJs.Signatures;

/// <summary>The names that callers of a signature see.</summary>
internal static class TensorNames
{
    private const string FirstOutput = ":0";

    /// <summary>Drops a name's <c>:0</c>, unless another tensor of the same direction is called what is left.</summary>
    public static string Clean(string name, IReadOnlySet<string> all) =>
        name.Length > FirstOutput.Length && name.EndsWith(FirstOutput, StringComparison.Ordinal) && !all.Contains(name[..^FirstOutput.Length])
            ? name[..^FirstOutput.Length]
            : name;
}
