namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Registers a node, or replaces its registration, and begins its lease anew.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The node as registered.</returns>
    public Task<Registered<Node>> PutNodeAsync(Node node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return PutAsync(NodeUri(node.Id), node, CatalogJson.Default.Node, cancellationToken);
    }

    /// <summary>Renews a node's lease.</summary>
    /// <param name="id">The node's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the lease has expired: register it again.</returns>
    public Task<bool> HeartbeatNodeAsync(string id, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Post, NodeUri(id) + "/heartbeat", null, cancellationToken);

    /// <summary>Lists the nodes by name.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The nodes.</returns>
    public Task<IReadOnlyList<Node>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        ListAsync("v1/nodes", CatalogJson.Default.IReadOnlyListNode, cancellationToken);

    /// <summary>Reads one node.</summary>
    /// <param name="id">The node's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The node; null where it is not registered.</returns>
    public Task<Node?> GetNodeAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync(NodeUri(id), CatalogJson.Default.Node, cancellationToken);

    /// <summary>Removes a node's registration. Its latency reports stay until they end by themselves.</summary>
    /// <param name="id">The node's name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it was not there.</returns>
    public Task<bool> DeleteNodeAsync(string id, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Delete, NodeUri(id), null, cancellationToken);

    private static string NodeUri(string id) => $"v1/nodes/{Escape(id)}";
}
