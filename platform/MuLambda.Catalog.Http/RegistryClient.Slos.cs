namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Reports what a selector saw of clients' objectives; reports on unknown clients are ignored.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="reports">Its reports, at most 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A task that ends when the registry has them.</returns>
    public async Task PutSlosAsync(
        string selector, IReadOnlyList<SloReport> reports, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(
            HttpMethod.Put, SelectorUri(selector) + "/slos", Json(reports, CatalogJson.Default.IReadOnlyListSloReport), cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    /// <summary>Lists the reports of a selector by client.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The reports.</returns>
    public Task<IReadOnlyList<SloReport>> ListSloReportsAsync(string selector, CancellationToken cancellationToken = default) =>
        ListAsync(SelectorUri(selector) + "/slos", CatalogJson.Default.IReadOnlyListSloReport, cancellationToken);

    /// <summary>Lists how the objectives of all clients stand that have one, by client.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Their statuses.</returns>
    public Task<IReadOnlyList<SloStatus>> ListSlosAsync(CancellationToken cancellationToken = default) =>
        ListAsync("v1/slos", CatalogJson.Default.IReadOnlyListSloStatus, cancellationToken);

    /// <summary>Tells how a client's objective stands.</summary>
    /// <param name="client">The client's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The status.</returns>
    /// <exception cref="RegistryException">404: the client is not registered, or has no objective; the message says which.</exception>
    public async Task<SloStatus> GetSloAsync(string client, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Get, $"v1/clients/{Escape(client)}/slo", null, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return await BoundedContent.ReadJsonAsync(response, CatalogJson.Default.SloStatus, cancellationToken);
    }
}
