using System.Text.Json;

namespace MuLambda.Selector;

/// <summary>What an executor answered.</summary>
internal abstract class ExecutorAnswer : IDisposable
{
    /// <summary>Writes the member <c>predictions</c> or <c>outputs</c>.</summary>
    /// <exception cref="InvalidDataException">The tensors cannot be written in the form of the request.</exception>
    public abstract void WriteTensors(Utf8JsonWriter writer);

    /// <summary>How sure a classifier is, in the mean of the examples; null where the answer does not say.</summary>
    public virtual double? Confidence() => null;

    public abstract void Dispose();
}
