using System.Text.Json;
using MuLambda.Protocol.Tensors;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>Walks a predict body; the tensors themselves are read by <see cref="TensorJsonReader"/>.</summary>
internal sealed class PredictJsonParser(Func<string, IReadOnlyList<TensorSignature>> inputsOf, PredictJsonLimits limits)
{
    // Around the lists of a tensor: the body, the list of instances, the instance, a b64 object.
    private const int SurroundingDepth = 4;

    public PredictJsonRequest Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = limits.MaxRank + SurroundingDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new PredictJsonException("$", "expected an object with 'instances' or 'inputs'");
        }

        string? signature = null;
        PredictJsonRequest? request = null;
        Utf8JsonReader tensors = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("signature_name"u8))
            {
                signature = ReadSignatureName(ref reader);
            }
            else if (FormatOf(ref reader) is { } format)
            {
                if (request is not null)
                {
                    throw new PredictJsonException("$", "expected one of 'instances' and 'inputs' once, given more");
                }

                reader.Read();
                tensors = reader;
                request = ReadTensors(ref reader, format, signature);
            }
            else
            {
                // As TensorFlow Serving does.
                reader.Skip();
            }
        }

        // Anything but white space behind the object is an error of the JSON.
        reader.Read();
        if (request is null)
        {
            throw new PredictJsonException("$", "Missing 'inputs' or 'instances' key");
        }

        // The signature may be named behind the tensors that need it.
        var named = signature ?? PredictJson.DefaultSignature;
        return request.SignatureName == named ? request : ReadTensors(ref tensors, request.Format, named);
    }

    private PredictJsonRequest ReadTensors(ref Utf8JsonReader reader, PredictJsonFormat format, string? signature)
    {
        var start = reader;
        try
        {
            return ReadTensors(ref reader, format, inputsOf(signature ?? PredictJson.DefaultSignature), signature ?? PredictJson.DefaultSignature);
        }
        catch (Exception e) when (signature is null && e is not JsonException && SignatureBehind(start) is not null)
        {
            reader = start;
            signature = SignatureBehind(start)!;
            return ReadTensors(ref reader, format, inputsOf(signature), signature);
        }
    }

    private PredictJsonRequest ReadTensors(
        ref Utf8JsonReader reader, PredictJsonFormat format, IReadOnlyList<TensorSignature> inputs, string signature)
    {
        return format == PredictJsonFormat.Row
            ? ReadInstances(ref reader, inputs, signature)
            : ReadInputs(ref reader, inputs, signature);
    }

    private PredictJsonRequest ReadInstances(ref Utf8JsonReader reader, IReadOnlyList<TensorSignature> inputs, string signature)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new PredictJsonException("instances", "expected a list of instances");
        }

        var tensors = Array.Empty<TensorJsonReader>();
        var rows = 0;
        try
        {
            var named = false;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (rows == 0)
                {
                    named = IsNamed(ref reader);
                    tensors = Start(inputs, PredictJsonFormat.Row, named, "instances[0]");
                }

                if (named)
                {
                    ReadNamed(ref reader, tensors, $"instances[{rows}]", rows);
                }
                else
                {
                    tensors[0].ReadRow(ref reader, rows);
                }

                rows++;
            }

            return rows == 0
                ? throw new PredictJsonException("instances", "expected at least one instance")
                : new PredictJsonRequest(signature, PredictJsonFormat.Row, tensors.ToDictionary(t => t.Name, t => t.Build(rows)), rows);
        }
        finally
        {
            Release(tensors);
        }
    }

    private PredictJsonRequest ReadInputs(ref Utf8JsonReader reader, IReadOnlyList<TensorSignature> inputs, string signature)
    {
        var named = IsNamed(ref reader);
        var tensors = Start(inputs, PredictJsonFormat.Column, named, "inputs");
        try
        {
            if (named)
            {
                ReadNamed(ref reader, tensors, "inputs", row: null);
            }
            else
            {
                tensors[0].ReadWhole(ref reader);
            }

            var built = tensors.ToDictionary(t => t.Name, t => t.Build(rows: null));
            return new PredictJsonRequest(signature, PredictJsonFormat.Column, built, ItemsOf(built.Values));
        }
        finally
        {
            Release(tensors);
        }
    }

    private static void ReadNamed(ref Utf8JsonReader reader, TensorJsonReader[] tensors, string path, int? row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new PredictJsonException(path, $"expected an object with {Names(tensors)}");
        }

        Span<bool> given = tensors.Length <= 64 ? stackalloc bool[tensors.Length] : new bool[tensors.Length];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var i = IndexOf(ref reader, tensors);
            if (i < 0 || given[i])
            {
                throw new PredictJsonException(
                    $"{path}.{reader.GetString()}", i < 0 ? $"JSON object: does not have named input: {reader.GetString()}; the signature has {Names(tensors)}" : "given twice");
            }

            given[i] = true;
            reader.Read();
            if (row is { } number)
            {
                tensors[i].ReadRow(ref reader, number);
            }
            else
            {
                tensors[i].ReadWhole(ref reader);
            }
        }

        var missing = given.IndexOf(false);
        if (missing >= 0)
        {
            throw new PredictJsonException($"{path}.{tensors[missing].Name}", "the input is missing");
        }
    }

    private TensorJsonReader[] Start(IReadOnlyList<TensorSignature> inputs, PredictJsonFormat format, bool named, string path)
    {
        if (!named && inputs.Count != 1)
        {
            throw new PredictJsonException(
                path, $"the signature has {inputs.Count} inputs; expected an object with {string.Join(", ", inputs.Select(i => $"'{i.Name}'"))}");
        }

        var budget = new ElementBudget(limits.MaxElements);
        return [.. inputs.Select(input => new TensorJsonReader(input, limits, format, named) { Budget = budget })];
    }

    private static void Release(TensorJsonReader[] tensors)
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }

    private static bool IsNamed(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.StartObject && !Base64Value.IsOne(reader);

    private static int IndexOf(ref Utf8JsonReader reader, TensorJsonReader[] tensors)
    {
        for (var i = 0; i < tensors.Length; i++)
        {
            if (reader.ValueTextEquals(tensors[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Names(TensorJsonReader[] tensors) => string.Join(", ", tensors.Select(t => $"'{t.Name}'"));

    private static int ItemsOf(IEnumerable<TensorProto> tensors)
    {
        var sizes = tensors.Select(t => t.TensorShape.Dim is [var first, ..] ? first.Size : 1).Distinct().Take(2).ToList();
        return sizes is [var size] ? (int)size : 1;
    }

    private static PredictJsonFormat? FormatOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("instances"u8) ? PredictJsonFormat.Row
        : reader.ValueTextEquals("inputs"u8) ? PredictJsonFormat.Column
        : null;

    internal static string ReadSignatureName(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new PredictJsonException("signature_name", "expected a string");
        }

        return reader.GetString() is { Length: > 0 } name ? name : PredictJson.DefaultSignature;
    }

    private static string? SignatureBehind(Utf8JsonReader reader)
    {
        do
        {
            reader.Skip();
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            {
                return null;
            }

            if (reader.ValueTextEquals("signature_name"u8))
            {
                return ReadSignatureName(ref reader);
            }
        }
        while (reader.Read());
        return null;
    }
}
