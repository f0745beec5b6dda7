namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Reports the round trips a node measured; those of unknown clients are ignored.</summary>
    /// <param name="node">The node.</param>
    /// <param name="reports">Its reports, at most 10,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task that ends when the registry has them.</returns>
    public async Task PutLatenciesAsync(
        string node, IReadOnlyList<LatencyReport> reports, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(
            HttpMethod.Put,
            $"v1/nodes/{Escape(node)}/latencies",
            Json(reports, CatalogJson.Default.IReadOnlyListLatencyReport),
            cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    /// <summary>Lists the latency reports by node and client.</summary>
    /// <param name="node">Only those of this node; null for all.</param>
    /// <param name="client">Only those of this client; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The reports.</returns>
    public Task<IReadOnlyList<LatencyReport>> ListLatenciesAsync(
        string? node = null, string? client = null, CancellationToken cancellationToken = default) =>
        ListAsync(
            "v1/latencies" + Query(("node", node), ("client", client)),
            CatalogJson.Default.IReadOnlyListLatencyReport,
            cancellationToken);
}
