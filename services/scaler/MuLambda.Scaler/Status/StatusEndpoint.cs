using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;
using MuLambda.Scaler.Leading;
using MuLambda.Scaler.Local;
using MuLambda.Scaler.Reconciling;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Status;

/// <summary><c>GET /v1/scaler/status</c>.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/scaler/status", (IServiceProvider services) =>
    {
        var options = services.GetRequiredService<IOptions<ScalerOptions>>().Value;
        var feed = services.GetRequiredService<CatalogFeed>();
        return TypedResults.Json(
            new ScalerStatus(
                options.Id,
                options.Node,
                services.GetRequiredService<Leader>().Token,
                feed.IsConnected,
                services.GetRequiredService<DeploymentScaler>().Status,
                services.GetRequiredService<LocalLauncher>().List()),
            StatusJson.Default.ScalerStatus);
    });
}

/// <summary>The scaler as it sees itself.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Node">The node it launches on.</param>
/// <param name="LeadershipToken">The token under which it leads; null while it does not.</param>
/// <param name="RegistryConnected">Whether the registry's feed is being received.</param>
/// <param name="Deployments">The deployments as of the last round.</param>
/// <param name="Executors">What it launched, or took over.</param>
internal sealed record ScalerStatus(
    string Id,
    string Node,
    long? LeadershipToken,
    bool RegistryConnected,
    IReadOnlyList<DeploymentStatus> Deployments,
    IReadOnlyList<LaunchedExecutor> Executors);

/// <summary>How the status is written: as the catalog is.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScalerStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
