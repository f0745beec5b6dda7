using MuLambda.Catalog;
using MuLambda.Scaling;

namespace MuLambda.Scaler.Deciding;

/// <summary>The burn-rate alerts of the clients that a model may answer.</summary>
internal static class ClientAlerts
{
    /// <summary>The fastest burn rate among the alerts that fire; null where none does.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="now">The time.</param>
    public static double? BurnRate(CatalogSnapshot catalog, string model, DateTimeOffset now)
    {
        var traits = catalog.Models.Values.Where(version => version.Name == model).Select(version => version.Traits).ToHashSet();
        return catalog.Clients.Values
            .Where(client => client.Slo is not null && traits.Contains(client.Criteria.Required))
            .SelectMany(client => SloStatuses.Of(client.Id, client.Slo!, catalog.Slos.Values.Where(report => report.Client == client.Id), now).Alerts)
            .Where(alert => alert.Firing)
            .Max(alert => (double?)alert.BurnRate);
    }
}
