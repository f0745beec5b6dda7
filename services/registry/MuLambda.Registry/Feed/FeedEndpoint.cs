using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Registry.Problems;

namespace MuLambda.Registry.Feed;

/// <summary>The change feed's part of the API.</summary>
internal static class FeedEndpoint
{
    private const int MaxEpochLength = 64;

    public static void MapFeed(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/watch", WatchAsync)
            .WithTags("Feed")
            .WithSummary("Follows the catalog's changes after a revision, one JSON object a line.")
            .Produces<CatalogChange>(200, ChangeFeed.ContentType).Refuses(400, 503);

    private static Task WatchAsync(HttpContext context, string? revision, string? epoch, ChangeFeed feed)
    {
        long after = 0;
        if (!string.IsNullOrEmpty(revision)
            && !long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            throw ProblemException.Field("revision", $"must be a number from 0 to {long.MaxValue}.");
        }

        return epoch is { Length: > MaxEpochLength }
            ? throw ProblemException.Field("epoch", $"must be at most {MaxEpochLength} characters.")
            : feed.WriteAsync(context, after, string.IsNullOrEmpty(epoch) ? null : epoch);
    }
}
