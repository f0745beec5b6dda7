using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MuLambda.Cli.Commands;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MuLambda.Cli.Clients;

/// <summary>YAML as the JSON it stands for, by YAML's JSON schema: plain numbers, booleans and null, all else text.</summary>
internal static class YamlDocument
{
    // An alias is the node it names: without a bound, a small file could unfold into any size.
    private const int MaxNodes = 10_000;
    private const int MaxDepth = 32;

    /// <exception cref="CliException">It is no YAML; the message names the line.</exception>
    public static IReadOnlyList<JsonNode?> Parse(byte[] utf8, string name)
    {
        var stream = new YamlStream();
        try
        {
            using var reader = new StreamReader(new MemoryStream(utf8), Encoding.UTF8);
            stream.Load(reader);
            var nodes = 0;
            return [.. stream.Documents.Select(document => Convert(document.RootNode, name, 0, ref nodes))];
        }
        catch (YamlException e)
        {
            throw CliException.Usage($"{name}, line {e.Start.Line}: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // How the parser fails on some documents that end in the middle of a value.
            throw CliException.Usage($"{name} is not YAML: {e.Message}", e);
        }
    }

    private static JsonNode? Convert(YamlNode node, string name, int depth, ref int nodes)
    {
        if (++nodes > MaxNodes || depth > MaxDepth)
        {
            throw CliException.Usage($"{name} has more than {MaxNodes} values, or is nested deeper than {MaxDepth}.");
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                var result = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is not YamlScalarNode { Value: { } member })
                    {
                        throw CliException.Usage($"{name}, line {key.Start.Line}: a member's name has to be text.");
                    }

                    result[member] = Convert(value, name, depth + 1, ref nodes);
                }

                return result;
            case YamlSequenceNode sequence:
                var list = new JsonArray();
                foreach (var item in sequence.Children)
                {
                    list.Add(Convert(item, name, depth + 1, ref nodes));
                }

                return list;
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            "" or "~" or "null" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
                JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
