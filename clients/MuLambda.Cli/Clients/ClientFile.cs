using System.Text.Json;
using System.Text.Json.Nodes;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Clients;

/// <summary>Reads clients from YAML or JSON; JSON is read as the YAML it also is.</summary>
internal static class ClientFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <exception cref="CliException">The file is not there or not right; the message names the member.</exception>
    public static async Task<IReadOnlyList<Catalog.Client>> ReadAsync(
        CliConsole console, string file, CancellationToken cancellationToken)
    {
        var name = file == "-" ? "standard input" : file;
        var bytes = await InputFile.ReadAsync(console, file, MaxBytes, cancellationToken);
        var documents = YamlDocument.Parse(bytes, name);
        var clients = new List<Catalog.Client>();
        foreach (var document in documents)
        {
            if (document is JsonArray list)
            {
                clients.AddRange(list.Select((client, i) => ClientOf(client, name, $"[{i}]")));
            }
            else
            {
                clients.Add(ClientOf(document, name, ""));
            }
        }

        return clients.Count > 0 ? clients : throw CliException.Usage($"{name} holds no client.");
    }

    private static Catalog.Client ClientOf(JsonNode? node, string file, string at)
    {
        try
        {
            var client = node.Deserialize(CatalogJson.Default.Client) ?? throw CliException.Usage($"{file} {at} is empty, not a client.");
            CliException.ThrowIfAny(
                [.. CatalogValidation.Validate(client).Select(error => error with { Path = $"{at}.{error.Path}".TrimStart('.') })],
                $"{file} is not right.");
            return client;
        }
        catch (JsonException e)
        {
            var member = $"{at}{(e.Path is { Length: > 1 } path ? path[1..] : "")}".TrimStart('.');
            throw CliException.Usage($"{file}: {(member.Length > 0 ? member + ": " : "")}{e.Message}", e);
        }
    }
}
