namespace MuLambda.ServiceDefaults.Discovery;

/// <summary>
/// Sends a request for <c>http://{service}/…</c> (or <c>http://_{endpoint}.{service}/…</c>) to an address of that
/// service. A host that is no configured service is left as it is.
/// </summary>
/// <param name="endpoints">Where the services are.</param>
internal sealed class ServiceDiscoveryHandler(ServiceEndpoints endpoints) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var named = request.RequestUri;
        if (named is null || !named.IsAbsoluteUri || Resolve(named) is not { } resolved)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        request.RequestUri = resolved;
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry resolves again, perhaps to another instance.
            request.RequestUri = named;
        }
    }

    private Uri? Resolve(Uri uri)
    {
        var (endpoint, service) = (uri.Scheme, uri.Host);
        if (service.StartsWith('_') && service.IndexOf('.', StringComparison.Ordinal) is var dot and > 1)
        {
            (endpoint, service) = (service[1..dot], service[(dot + 1)..]);
        }

        if (endpoints.Next(service, endpoint) is not { } address)
        {
            return null;
        }

        return new UriBuilder(uri) { Scheme = address.Scheme, Host = address.Host, Port = address.Port }.Uri;
    }
}
