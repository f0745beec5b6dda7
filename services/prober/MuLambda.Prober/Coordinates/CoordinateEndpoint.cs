using Microsoft.Extensions.Options;
using MuLambda.Prober.Options;

namespace MuLambda.Prober.Coordinates;

/// <summary><c>GET /v1/coordinate</c>: what other probers measure the round trip to this one by, and learn from.</summary>
internal static class CoordinateEndpoint
{
    public const string Path = "/v1/coordinate";

    public static void MapCoordinate(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, (OwnCoordinate own, IOptions<ProberOptions> options) => TypedResults.Json(
            new PeerAnswer(options.Value.Node, own.Learned), PeerJson.Default.PeerAnswer));
}
