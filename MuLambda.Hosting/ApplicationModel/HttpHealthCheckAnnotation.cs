namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The resource is healthy when a GET of <paramref name="Path"/> is answered with <paramref name="StatusCode"/>.</summary>
internal sealed record HttpHealthCheckAnnotation(Func<EndpointReference> Endpoint, string Path, int StatusCode) : IResourceAnnotation;
