namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Registers a selector, or replaces its registration, and begins its lease anew.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The selector as registered.</returns>
    public Task<Registered<SelectorReplica>> PutSelectorAsync(
        SelectorReplica selector, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return PutAsync(SelectorUri(selector.Id), selector, CatalogJson.Default.SelectorReplica, cancellationToken);
    }

    /// <summary>Renews a selector's lease.</summary>
    /// <param name="id">The selector's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the lease has expired: register it again.</returns>
    public Task<bool> HeartbeatSelectorAsync(string id, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Post, SelectorUri(id) + "/heartbeat", null, cancellationToken);

    /// <summary>Lists the selectors by id.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The selectors.</returns>
    public Task<IReadOnlyList<SelectorReplica>> ListSelectorsAsync(CancellationToken cancellationToken = default) =>
        ListAsync("v1/selectors", CatalogJson.Default.IReadOnlyListSelectorReplica, cancellationToken);

    /// <summary>Reads one selector.</summary>
    /// <param name="id">The selector's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The selector; null where it is not registered.</returns>
    public Task<SelectorReplica?> GetSelectorAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync(SelectorUri(id), CatalogJson.Default.SelectorReplica, cancellationToken);

    /// <summary>Removes a selector's registration.</summary>
    /// <param name="id">The selector's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it was not there.</returns>
    public Task<bool> DeleteSelectorAsync(string id, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Delete, SelectorUri(id), null, cancellationToken);

    private static string SelectorUri(string id) => $"v1/selectors/{Escape(id)}";
}
