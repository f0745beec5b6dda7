using System.Net;

namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>Takes the lead where nobody else has it, or renews it.</summary>
    /// <param name="wish">What is to be led, by whom, and for how long without renewing; its token is not looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The leadership with its token; null where another leads.</returns>
    public async Task<Leadership?> LeadAsync(Leadership wish, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(wish);
        using var response = await SendAsync(
            HttpMethod.Put, LeadershipUri(wish.Name), Json(wish, CatalogJson.Default.Leadership), cancellationToken);
        if (response.StatusCode == HttpStatusCode.Conflict)
        {
            return null;
        }

        await EnsureSuccessAsync(response, cancellationToken);
        return await BoundedContent.ReadJsonAsync(response, CatalogJson.Default.Leadership, cancellationToken);
    }

    /// <summary>Tells who leads.</summary>
    /// <param name="name">What is led.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The leadership; null where nobody leads.</returns>
    public Task<Leadership?> GetLeadershipAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync(LeadershipUri(name), CatalogJson.Default.Leadership, cancellationToken);

    /// <summary>Gives the lead up, so that another need not wait until it expires.</summary>
    /// <param name="name">What is led.</param>
    /// <param name="holder">Who gives it up.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where <paramref name="holder"/> did not lead (any more).</returns>
    public async Task<bool> ReleaseLeadershipAsync(
        string name, string holder, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(
            HttpMethod.Delete, LeadershipUri(name) + Query(("holder", holder)), null, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return false;
        }

        await EnsureSuccessAsync(response, cancellationToken);
        return true;
    }

    private static string LeadershipUri(string name) => $"v1/leadership/{Escape(name)}";
}
