namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Registers an executor, or replaces its registration, and begins its lease anew.</summary>
    /// <param name="executor">The executor.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The executor as registered.</returns>
    /// <exception cref="RegistryException">422: it names a model version that is not there.</exception>
    public Task<Registered<Executor>> PutExecutorAsync(
        Executor executor, CancellationToken cancellationToken = default) =>
        PutExecutorAsync(executor, leadershipToken: null, cancellationToken);

    /// <summary>Registers an executor as the leading scaler does.</summary>
    /// <param name="executor">The executor; without a launch, the one that is registered already stays.</param>
    /// <param name="leadershipToken">The token under which the scaler leads; null for a writer that need not lead.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The executor as registered.</returns>
    /// <exception cref="RegistryException">422: it names a model version that is not there; 409: another scaler leads by
    /// now.</exception>
    public Task<Registered<Executor>> PutExecutorAsync(
        Executor executor, long? leadershipToken, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(executor);
        return PutAsync(
            ExecutorUri(executor.Id), executor, CatalogJson.Default.Executor, leadershipToken, cancellationToken);
    }

    /// <summary>Renews an executor's lease and tells its state and load.</summary>
    /// <param name="id">The executor's id.</param>
    /// <param name="heartbeat">Its state and load.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where the lease has expired: register it again.</returns>
    public Task<bool> HeartbeatExecutorAsync(
        string id, ExecutorHeartbeat heartbeat, CancellationToken cancellationToken = default) =>
        TellAsync(
            HttpMethod.Post,
            ExecutorUri(id) + "/heartbeat",
            Json(heartbeat, CatalogJson.Default.ExecutorHeartbeat),
            cancellationToken);

    /// <summary>Lists executors by id.</summary>
    /// <param name="model">Only those that serve this model, <c>name</c> or <c>name@version</c>; null for all.</param>
    /// <param name="node">Only those on this node; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The executors.</returns>
    public Task<IReadOnlyList<Executor>> ListExecutorsAsync(
        string? model = null, string? node = null, CancellationToken cancellationToken = default) =>
        ListAsync(
            "v1/executors" + Query(("model", model), ("node", node)),
            CatalogJson.Default.IReadOnlyListExecutor,
            cancellationToken);

    /// <summary>Reads one executor.</summary>
    /// <param name="id">The executor's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The executor; null where it is not registered.</returns>
    public Task<Executor?> GetExecutorAsync(string id, CancellationToken cancellationToken = default) =>
        GetAsync(ExecutorUri(id), CatalogJson.Default.Executor, cancellationToken);

    /// <summary>Removes an executor's registration.</summary>
    /// <param name="id">The executor's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where it was not there.</returns>
    public Task<bool> DeleteExecutorAsync(string id, CancellationToken cancellationToken = default) =>
        TellAsync(HttpMethod.Delete, ExecutorUri(id), null, cancellationToken);

    private static string ExecutorUri(string id) => $"v1/executors/{Escape(id)}";
}
