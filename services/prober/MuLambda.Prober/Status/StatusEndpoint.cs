using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Coordinates;
using MuLambda.Prober.Executors;
using MuLambda.Prober.Options;
using MuLambda.Prober.Probes;

namespace MuLambda.Prober.Status;

/// <summary><c>GET /v1/status</c>.</summary>
internal static class StatusEndpoint
{
    private const int MaxProbes = 1000;

    public static void MapStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/status", (IServiceProvider services) => TypedResults.Json(
            Read(
                services.GetRequiredService<IOptions<ProberOptions>>().Value,
                services.GetRequiredService<CatalogFeed>(),
                services.GetRequiredService<ExecutorSupervisor>(),
                services.GetRequiredService<LaunchedExecutors>(),
                services.GetRequiredService<ProbeTable>(),
                new CoordinateStatus(
                    services.GetRequiredService<OwnCoordinate>().Learned,
                    services.GetRequiredService<OwnCoordinate>().Told,
                    services.GetRequiredService<PeerProber>().Current)),
            StatusJson.Default.ProberStatus));

    private static ProberStatus Read(
        ProberOptions options, CatalogFeed feed, ExecutorSupervisor executors, LaunchedExecutors launched, ProbeTable table, CoordinateStatus coordinate) => new(
        options.Node,
        new RegistryStatus(feed.IsConnected, feed.Current.Revision, feed.LastError?.Message),
        [.. executors.Current, .. launched.Current],
        table.Count,
        [.. table.Probes.OrderBy(probe => probe.Client, StringComparer.Ordinal).Take(MaxProbes).Select(probe => probe.ToStatus())],
        coordinate);
}

/// <summary>How the status is written: as the catalog is.</summary>
[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProberStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
