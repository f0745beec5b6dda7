using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Nodes;
using MuLambda.Registry.Slos;

namespace MuLambda.Registry.Storage;

/// <summary>The metadata store in terms of the catalog's nouns.</summary>
internal sealed class NounStore(IMetadataStore store)
{
    public static StoreKey KeyOf(ModelReference model) => new(CatalogKind.Model, model.ToString());

    public static StoreKey ExecutorKey(string id) => new(CatalogKind.Executor, id);

    public static StoreKey ClientKey(string id) => new(CatalogKind.Client, id);

    public static StoreKey NodeKey(string id) => new(CatalogKind.Node, id);

    public static StoreKey SelectorKey(string id) => new(CatalogKind.Selector, id);

    public static StoreKey LatencyKey(string node, string client) =>
        new(CatalogKind.Latency, CatalogSnapshot.LatencyId(node, client));

    public static StoreKey SloKey(string selector, string client) => new(CatalogKind.Slo, CatalogSnapshot.SloId(selector, client));

    public static StoreKey DeploymentKey(string model) => new(CatalogKind.Deployment, model);

    public static StoreKey DecisionKey(ScalingDecision decision) =>
        new(CatalogKind.Decision, CatalogSnapshot.DecisionId(decision.Model, decision.Sequence));

    public static StoreKey LeadershipKey(string name) => new(CatalogKind.Leadership, name);

    public static StorePut Put(Model model) => new(
        KeyOf(model.Reference), Write(model, CatalogJson.Default.Model), ExpectedRevision: 0);

    public static StorePut Put(Executor executor, long? expectedRevision = null) => new(
        ExecutorKey(executor.Id),
        Write(executor, CatalogJson.Default.Executor),
        TimeSpan.FromSeconds(executor.LeaseSeconds),
        expectedRevision);

    public static StorePut Put(Client client) => new(
        ClientKey(client.Id),
        Write(client, CatalogJson.Default.Client),
        client.LeaseSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    public static StorePut Put(Node node) => new(
        NodeKey(node.Id),
        Write(node, CatalogJson.Default.Node),
        TimeSpan.FromSeconds(node.LeaseSeconds));

    public static StorePut Put(SelectorReplica selector) => new(
        SelectorKey(selector.Id),
        Write(selector, CatalogJson.Default.SelectorReplica),
        TimeSpan.FromSeconds(selector.LeaseSeconds));

    /// <summary>A report ends with its client, or when its node has measured nothing new for a while.</summary>
    public static StorePut Put(LatencyReport report) => new(
        LatencyKey(report.Node, report.Client),
        Write(report, CatalogJson.Default.LatencyReport),
        LatencyNews.Lifetime,
        Owner: ClientKey(report.Client));

    /// <summary>A report ends with its client, or a while after its selector has stopped to repeat it.</summary>
    public static StorePut Put(SloReport report) => new(
        SloKey(report.Selector, report.Client),
        Write(report, CatalogJson.Default.SloReport),
        SloEndpoints.Lifetime,
        Owner: ClientKey(report.Client));

    public static StorePut Put(Deployment deployment) => new(
        DeploymentKey(deployment.Model), Write(deployment, CatalogJson.Default.Deployment));

    /// <summary>A decision ends with its deployment, or when its slot in the ring is taken by a later one.</summary>
    public static StorePut Put(ScalingDecision decision, long expectedRevision) => new(
        DecisionKey(decision),
        Write(decision, CatalogJson.Default.ScalingDecision),
        ExpectedRevision: expectedRevision,
        Owner: DeploymentKey(decision.Model));

    public static StorePut Put(Leadership leadership, long expectedRevision) => new(
        LeadershipKey(leadership.Name),
        Write(leadership, CatalogJson.Default.Leadership),
        TimeSpan.FromSeconds(leadership.LeaseSeconds),
        expectedRevision);

    public async Task<(T Noun, long Revision)?> FindAsync<T>(
        StoreKey key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        await store.GetAsync(key, cancellationToken) is { } entry ? (Read(entry, type), entry.Revision) : null;

    public async Task<List<T>> ListAsync<T>(
        CatalogKind kind, JsonTypeInfo<T> type, CancellationToken cancellationToken, Func<StoreKey, bool>? where = null)
        where T : class =>
        [.. (await store.ListAsync(kind, cancellationToken)).Entries
            .Where(entry => where is null || where(entry.Key)).Select(entry => Read(entry, type))];

    public Task<List<Model>> ListModelsAsync(CancellationToken cancellationToken) =>
        ListAsync(CatalogKind.Model, CatalogJson.Default.Model, cancellationToken);

    /// <summary>The versions of a model, newest first.</summary>
    public async Task<List<Model>> ListVersionsAsync(string name, CancellationToken cancellationToken)
    {
        var prefix = name + "@";
        var versions = await ListAsync(
            CatalogKind.Model,
            CatalogJson.Default.Model,
            cancellationToken,
            key => key.Id.StartsWith(prefix, StringComparison.Ordinal));
        return [.. versions.OrderByDescending(static model => model.Version)];
    }

    public Task<List<Executor>> ListExecutorsAsync(CancellationToken cancellationToken) =>
        ListAsync(CatalogKind.Executor, CatalogJson.Default.Executor, cancellationToken);

    public Task<StoreCommit> CommitAsync(IReadOnlyList<StoreOperation> operations, CancellationToken cancellationToken) =>
        store.CommitAsync(operations, cancellationToken);

    /// <summary>Puts one noun and tells whether it was not there before.</summary>
    public async Task<bool> PutAsync(StorePut put, CancellationToken cancellationToken)
    {
        if ((await store.CommitAsync([put with { ExpectedRevision = 0 }], cancellationToken)).Committed)
        {
            return true;
        }

        await store.CommitAsync([put], cancellationToken);
        return false;
    }

    /// <summary>Deletes one noun; false where it was not there.</summary>
    public async Task<bool> DeleteAsync(StoreKey key, CancellationToken cancellationToken) =>
        (await store.CommitAsync([new StoreDelete(key)], cancellationToken)).Revisions[0] > 0;

    public ValueTask<bool> RenewAsync(StoreKey key, CancellationToken cancellationToken) =>
        store.RenewAsync(key, cancellationToken);

    private static byte[] Write<T>(T noun, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(noun, type);

    private static T Read<T>(StoreEntry entry, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(entry.Value.Span, type)
        ?? throw new MetadataStoreException($"The catalog holds null as {entry.Key.Kind} {entry.Key.Id}.");
}
