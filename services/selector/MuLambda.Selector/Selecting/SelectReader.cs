using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary>
/// Reads the body of a selection. The plain form, a client and perhaps a number of examples, is read where it lies; anything else, right or
/// wrong, is left to the serializer, which says exactly what is wrong with it.
/// </summary>
internal static class SelectReader
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The most examples a request may announce.</summary>
    public const int MaxItems = 1_000_000;

    /// <summary>The longest id.</summary>
    public const int MaxClientLength = 63;

    /// <summary>Takes a body that has arrived already and lies in one piece, as a short one does.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">The body; the reader has to be advanced over it.</param>
    /// <returns>False where it has to be waited for or pieced together; then nothing is consumed.</returns>
    public static bool TryTake(HttpContext context, out ReadOnlySequence<byte> body)
    {
        body = default;
        var reader = context.Request.BodyReader;
        if (context.Request.ContentLength is not (> 0 and <= MaxBytes) || !reader.TryRead(out var read))
        {
            return false;
        }

        if (read is { IsCompleted: true, IsCanceled: false } && read.Buffer.IsSingleSegment)
        {
            body = read.Buffer;
            return true;
        }

        reader.AdvanceTo(read.Buffer.Start);
        return false;
    }

    /// <summary>Reads the plain form.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="client">Takes the client's id; at least <see cref="MaxClientLength"/> long.</param>
    /// <param name="clientLength">The id's length.</param>
    /// <param name="items">The examples.</param>
    /// <returns>False where it is anything else, right or wrong.</returns>
    public static bool TryReadPlain(ReadOnlySpan<byte> utf8, Span<char> client, out int clientLength, out int items)
    {
        (clientLength, items) = (0, 0);
        try
        {
            var json = new Utf8JsonReader(utf8);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (clientLength == 0 && json.ValueTextEquals("client"u8))
                {
                    if (!json.Read() || json.TokenType != JsonTokenType.String || json.ValueIsEscaped
                        || json.ValueSpan.Length is 0 or > MaxClientLength
                        || Ascii.ToUtf16(json.ValueSpan, client, out clientLength) != OperationStatus.Done)
                    {
                        return false;
                    }
                }
                else if (items != 0 || !json.ValueTextEquals("items"u8) || !json.Read()
                    || json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out items) || items is < 1 or > MaxItems)
                {
                    return false;
                }
            }

            items = Math.Max(1, items);
            return clientLength > 0 && json.TokenType == JsonTokenType.EndObject && !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads any form, and waits for it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="timeout">How long the caller may take to send it.</param>
    /// <exception cref="RequestException">What is wrong with it.</exception>
    public static async Task<SelectBody> ReadAsync(HttpContext context, TimeSpan timeout)
    {
        using var bytes = await BoundedBody.ReadAsync(context, MaxBytes, timeout);
        SelectBody body;
        try
        {
            body = JsonSerializer.Deserialize(bytes.WrittenSpan, SelectorJson.Default.SelectBody)
                ?? throw RequestException.Invalid("$", "is null; it must be an object.");
        }
        catch (JsonException e)
        {
            throw RequestException.Invalid(JsonErrors.Explain(e).Select(error => (error.Path, error.Message)));
        }

        if ((body.Client is null) == (body.Criteria is null))
        {
            throw RequestException.Invalid("client", "either client or criteria must be given, and not both.");
        }

        if (body.Items is < 1 or > MaxItems)
        {
            throw RequestException.Invalid("items", $"must be from 1 to {MaxItems}.");
        }

        if (body.Criteria is { } criteria && CatalogValidation.Validate(criteria) is { Count: > 0 } errors)
        {
            throw RequestException.Invalid(errors.Select(e => (e.Path, e.Message)));
        }

        return body;
    }
}
