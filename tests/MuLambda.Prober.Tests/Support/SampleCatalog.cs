using System.Globalization;
using MuLambda.Catalog;

namespace MuLambda.Prober.Tests.Support;

/// <summary>Nouns to test with.</summary>
internal static class SampleCatalog
{
    public static Client Client(string id, string? endpoint) => new(
        id, new Criteria(new Traits("classification", "image", "label"), new Preference(1, 0)), ProbeEndpoint: endpoint);

    public static CatalogChange PutModel(string reference)
    {
        var parts = reference.Split('@');
        var model = new Model(
            parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), "classification", "image", "label",
            new Accuracy("top-1", 0.9), [], ModelFormat.Onnx, 1, new string('0', 64), null, DateTimeOffset.UnixEpoch);
        return new CatalogChange(CatalogChangeType.Put, 1, CatalogKind.Model, reference, Model: model);
    }

    public static CatalogSnapshot WithClients(params (string Id, string? Endpoint)[] clients) => clients.Aggregate(
        CatalogSnapshot.Empty,
        (catalog, client) => catalog.Apply(new CatalogChange(
            CatalogChangeType.Put, catalog.Revision + 1, CatalogKind.Client, client.Id, Client: Client(client.Id, client.Endpoint))));
}
