using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Protocol.Rest;

/// <summary>Walks a classify or regress body straight into examples.</summary>
internal sealed class ExamplesJsonParser(PredictJsonLimits limits, bool hasNonFinite)
{
    // The body, the examples, the example, the feature's list, a b64 object.
    private const int MaxDepth = 5;

    private readonly ElementBudget _budget = new(limits.MaxElements);

    public ExamplesJsonRequest Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new PredictJsonException(PredictJsonException.WholeBody, "expected an object with 'examples'");
        }

        var signature = PredictJson.DefaultSignature;
        Example? context = null;
        List<Example>? examples = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("signature_name"u8))
            {
                signature = PredictJsonParser.ReadSignatureName(ref reader);
            }
            else if (reader.ValueTextEquals("context"u8))
            {
                reader.Read();
                context = ReadExample(ref reader, "context");
            }
            else if (reader.ValueTextEquals("examples"u8))
            {
                reader.Read();
                examples = ReadExamples(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Anything but white space behind the object is an error of the JSON.
        reader.Read();
        return examples is null
            ? throw new PredictJsonException(PredictJsonException.WholeBody, "the key 'examples' is expected and was not found")
            : new ExamplesJsonRequest(signature, InputOf(examples, context));
    }

    private static Input InputOf(List<Example> examples, Example? context) => context is null
        ? new Input { ExampleList = new ExampleList { Examples = { examples } } }
        : new Input { ExampleListWithContext = new ExampleListWithContext { Examples = { examples }, Context = context } };

    private List<Example> ReadExamples(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new PredictJsonException("examples", "expected a list of examples");
        }

        var examples = new List<Example>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            examples.Add(ReadExample(ref reader, $"examples[{examples.Count}]"));
        }

        return examples.Count > 0 ? examples : throw new PredictJsonException("examples", "the list is empty");
    }

    private Example ReadExample(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new PredictJsonException(path, $"Example must be JSON object but got JSON {JsonValueText.TypeOf(ref reader)}");
        }

        // An example without features takes a place too.
        Take(path);
        var features = new Features();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            features.Feature[name] = ReadFeature(ref reader, path, name);
        }

        return new Example { Features = features };
    }

    private Feature ReadFeature(ref Utf8JsonReader reader, string path, string name)
    {
        var feature = new Feature();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            Add(ref reader, feature, path, name);
            return feature;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Add(ref reader, feature, path, name);
        }

        return feature;
    }

    private void Add(ref Utf8JsonReader reader, Feature feature, string path, string name)
    {
        Take(path);
        switch (reader.TokenType)
        {
            case JsonTokenType.True or JsonTokenType.False:
                Integers(feature, path, name).Add(reader.TokenType == JsonTokenType.True ? 1 : 0);
                break;
            case JsonTokenType.Number when reader.ValueSpan.IndexOfAny((byte)'.', (byte)'e', (byte)'E') >= 0:
                Floats(feature, path, name).Add(reader.TryGetSingle(out var number) && float.IsFinite(number)
                    ? number
                    : throw Refuse(path, name, "has a number that no float holds"));
                break;
            case JsonTokenType.Number:
                Integers(feature, path, name).Add(reader.TryGetInt64(out var integer)
                    ? integer
                    : throw Refuse(path, name, "has an element that is no int64_t. Only int64_t is supported."));
                break;
            case JsonTokenType.String when hasNonFinite && JsonNumbers.TryReadNonFinite(ref reader, out var value):
                Floats(feature, path, name).Add((float)value);
                break;
            case JsonTokenType.String:
                Bytes(feature, path, name).Add(TensorJsonReader.Utf8Value(ref reader));
                break;
            case JsonTokenType.StartObject when Base64Value.IsOne(reader):
                Bytes(feature, path, name).Add(Base64Value.TryRead(ref reader, out var bytes)
                    ? bytes
                    : throw Refuse(path, name, "has a value of 'b64': Unable to base64 decode"));
                break;
            default:
                throw Refuse(path, name, $"has element with unexpected JSON type: {JsonValueText.TypeOf(ref reader)}");
        }
    }

    private void Take(string path)
    {
        if (!_budget.TryTake())
        {
            throw new PredictJsonException(path, $"the request has more than {limits.MaxElements} elements");
        }
    }

    private static RepeatedField<long> Integers(Feature feature, string path, string name)
    {
        RequireKind(feature, Feature.KindOneofCase.Int64List, path, name);
        return (feature.Int64List ??= new Int64List()).Value;
    }

    private static RepeatedField<float> Floats(Feature feature, string path, string name)
    {
        RequireKind(feature, Feature.KindOneofCase.FloatList, path, name);
        return (feature.FloatList ??= new FloatList()).Value;
    }

    private static RepeatedField<ByteString> Bytes(Feature feature, string path, string name)
    {
        RequireKind(feature, Feature.KindOneofCase.BytesList, path, name);
        return (feature.BytesList ??= new BytesList()).Value;
    }

    private static void RequireKind(Feature feature, Feature.KindOneofCase kind, string path, string name)
    {
        if (feature.KindCase != Feature.KindOneofCase.None && feature.KindCase != kind)
        {
            var expected = feature.KindCase switch
            {
                Feature.KindOneofCase.BytesList => "bytes",
                Feature.KindOneofCase.FloatList => "float",
                _ => "int64",
            };
            throw new PredictJsonException($"{path}.{name}", $"Unexpected element type in feature: {name} expecting type: {expected}");
        }
    }

    private static PredictJsonException Refuse(string path, string name, string reason) => new($"{path}.{name}", $"Feature: {name} {reason}");
}
