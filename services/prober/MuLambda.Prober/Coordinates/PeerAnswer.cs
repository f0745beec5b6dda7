using System.Text.Json;
using System.Text.Json.Serialization;
using MuLambda.Catalog;

namespace MuLambda.Prober.Coordinates;

/// <summary>What a prober answers to another's probe: who it is, and where it lies as it sees itself now.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Coordinate">Its coordinate.</param>
internal sealed record PeerAnswer(string Node, NodeCoordinate Coordinate)
{
    /// <summary>Reads an answer.</summary>
    /// <returns>Null where it is none.</returns>
    public static PeerAnswer? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PeerJson.Default.PeerAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How the answer is written: as the catalog is, but for members that a later version may add.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PeerAnswer))]
internal sealed partial class PeerJson : JsonSerializerContext;
