using System.Text.Json;
using MuLambda.Protocol;

namespace MuLambda.Selector;

/// <summary>The body of an inference's answer: the tensors as soon as an executor answered, then the decision.</summary>
internal sealed class AnswerBody : IDisposable
{
    private readonly PooledBuffer _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;

    private AnswerBody() => _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });

    /// <summary>Writes the tensors.</summary>
    /// <exception cref="InvalidDataException">The tensors cannot be written in the form of the request.</exception>
    public static AnswerBody Of(ExecutorAnswer answer)
    {
        var body = new AnswerBody();
        try
        {
            body._writer.WriteStartObject();
            answer.WriteTensors(body._writer);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Adds the decision.</summary>
    /// <returns>All of the body; valid until the disposal.</returns>
    public ReadOnlyMemory<byte> Complete(DecisionBody decision)
    {
        _writer.WritePropertyName("decision");
        JsonSerializer.Serialize(_writer, decision, SelectorJson.Default.DecisionBody);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenMemory;
    }

    public void Dispose()
    {
        _writer.Dispose();
        _buffer.Dispose();
    }
}
