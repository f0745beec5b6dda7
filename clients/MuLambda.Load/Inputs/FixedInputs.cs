using System.Globalization;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Load;

/// <summary>The same request always.</summary>
/// <param name="tensors">Its tensors.</param>
/// <param name="items">The examples in them.</param>
public sealed class FixedInputs(IReadOnlyDictionary<string, TensorProto> tensors, int items) : IRequestInputs
{
    /// <summary>The examples of every request.</summary>
    public int Items => items;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyDictionary<string, TensorProto>> Make(int items) => items == Items
        ? [tensors]
        : throw new InvalidDataException(string.Create(
            CultureInfo.InvariantCulture, $"The request's data has {Items} examples; a request of {items} cannot be made from it."));
}
