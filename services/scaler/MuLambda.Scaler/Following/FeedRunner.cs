using MuLambda.Catalog.Http;

namespace MuLambda.Scaler.Following;

/// <summary>Keeps the catalog up to date for as long as the scaler runs.</summary>
/// <param name="feed">The change feed.</param>
internal sealed class FeedRunner(CatalogFeed feed) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => feed.RunAsync(stoppingToken);
}
