namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Registers a client, or replaces its registration, and begins its lease anew.</summary>
    /// <param name="client">The client with its criteria.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The client as registered.</returns>
    public Task<Registered<Client>> PutClientAsync(Client client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return PutAsync(ClientUri(client.Id), client, CatalogJson.Default.Client, cancellationToken);
    }

    /// <summary>Renews a client's lease.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the lease has expired: register it again.</returns>
    public Task<bool> HeartbeatClientAsync(string id, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Post, ClientUri(id) + "/heartbeat", null, cancellationToken);

    /// <summary>Lists the clients by id.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The clients.</returns>
    public Task<IReadOnlyList<Client>> ListClientsAsync(CancellationToken cancellationToken = default) =>
        ListAsync("v1/clients", CatalogJson.Default.IReadOnlyListClient, cancellationToken);

    /// <summary>Reads one client.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The client; null where it is not registered.</returns>
    public Task<Client?> GetClientAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync(ClientUri(id), CatalogJson.Default.Client, cancellationToken);

    /// <summary>Deletes a client and its latency reports.</summary>
    /// <param name="id">The client's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it was not there.</returns>
    public Task<bool> DeleteClientAsync(string id, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Delete, ClientUri(id), null, cancellationToken);

    private static string ClientUri(string id) => $"v1/clients/{Escape(id)}";
}
