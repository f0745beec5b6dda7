using System.Text.Json;

namespace MuLambda.Selector;

/// <summary>What an executor answered.</summary>
/// <param name="requestsAhead">How many requests ran or waited in the executor when this one came; null where it does not say.</param>
internal abstract class ExecutorAnswer(int? requestsAhead) : IDisposable
{
    /// <summary>How many requests ran or waited in the executor when this one came; null where it does not say.</summary>
    public int? RequestsAhead => requestsAhead;

    /// <summary>Writes the member <c>predictions</c> or <c>outputs</c>.</summary>
    /// <exception cref="InvalidDataException">The tensors cannot be written in the form of the request.</exception>
    public abstract void WriteTensors(Utf8JsonWriter writer);

    /// <summary>How sure the model is, in the mean of the examples.</summary>
    /// <param name="labels">Whether its only output may be a table of class probabilities.</param>
    /// <returns>Null where the answer does not say.</returns>
    public abstract double? Confidence(bool labels);

    public abstract void Dispose();
}
