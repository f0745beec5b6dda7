using System.Text.Json;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Endpoints;

/// <summary>The file in which a host lists where its resources answer.</summary>
internal sealed class EndpointsFile
{
    private const long MaxBytes = 1024 * 1024;

    private readonly JsonElement _root;

    private EndpointsFile(JsonElement root) => _root = root;

    /// <exception cref="CliException">It is no JSON, or too long.</exception>
    public static EndpointsFile Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
        {
            throw CliException.Usage($"{path} is longer than {MaxBytes} bytes.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new EndpointsFile(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw CliException.Usage($"{path} is not JSON: {e.Message}", e);
        }
    }

    /// <summary>The first address of the resource's endpoint <c>http</c>; null where there is none.</summary>
    public string? Find(string resource)
    {
        var at = _root;
        foreach (var member in (string[])["resources", resource, "endpoints", "http"])
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(member, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.Array && at.GetArrayLength() > 0 && at[0].ValueKind == JsonValueKind.String
            ? at[0].GetString()
            : null;
    }
}
