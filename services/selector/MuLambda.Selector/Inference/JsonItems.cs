using System.Text.Json;

namespace MuLambda.Selector;

/// <summary>
/// Counts the examples of a predict body before a model is chosen, whose signature would tell exactly: the entries of
/// <c>instances</c>, or of the first tensor in <c>inputs</c>.
/// </summary>
internal static class JsonItems
{
    /// <summary>At least 1, also for a body that is not valid: the codec says then what is wrong.</summary>
    public static int Of(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var json = new Utf8JsonReader(utf8);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return 1;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var rows = json.ValueTextEquals("instances"u8);
                if (!rows && !json.ValueTextEquals("inputs"u8))
                {
                    json.Skip();
                    continue;
                }

                json.Read();
                if (!rows && json.TokenType == JsonTokenType.StartObject)
                {
                    json.Read();
                    json.Read();
                }

                return json.TokenType == JsonTokenType.StartArray ? Entries(ref json) : 1;
            }
        }
        catch (JsonException)
        {
            // The codec says what is wrong.
        }

        return 1;
    }

    private static int Entries(ref Utf8JsonReader json)
    {
        var entries = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            entries++;
            json.Skip();
        }

        return Math.Max(1, entries);
    }
}
