namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The resource finds the endpoints of <paramref name="Source"/> by service discovery; all of them when no endpoint is named.</summary>
internal sealed record ServiceReferenceAnnotation(IResourceWithEndpoints Source, string ServiceName, string? EndpointName) : IResourceAnnotation;
