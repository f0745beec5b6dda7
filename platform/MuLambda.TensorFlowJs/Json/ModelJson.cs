using System.Text.Json;
using System.Text.Unicode;

namespace MuLambda.TensorFlowJs.Json;

/// <summary>A model's JSON file in memory.</summary>
internal sealed class ModelJson : IDisposable
{
    private const int MaxDepth = 64;

    private readonly JsonDocument document;

    private ModelJson(string file, JsonDocument document)
    {
        this.document = document;
        Root = new JsonMember(file, "", document.RootElement);
    }

    public JsonMember Root { get; }

    /// <exception cref="TensorFlowJsException">It is not there, too large or no JSON.</exception>
    public static ModelJson Open(string file, int maxBytes)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            if (stream.Length > maxBytes)
            {
                throw new TensorFlowJsException($"{file} has {stream.Length} bytes; the limit is {maxBytes}.");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (!Utf8.IsValid(bytes))
            {
                throw new TensorFlowJsException($"{file} is no JSON: it is not UTF-8.");
            }

            var options = new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
            return new ModelJson(file, JsonDocument.Parse(WithoutByteOrderMark(bytes), options));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new TensorFlowJsException($"{file} is no JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TensorFlowJsException($"{file} cannot be read: {e.Message}", e);
        }
    }

    public void Dispose() => document.Dispose();

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(byte[] bytes)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        return bytes.AsSpan().StartsWith(mark) ? bytes.AsMemory(mark.Length) : bytes;
    }
}
