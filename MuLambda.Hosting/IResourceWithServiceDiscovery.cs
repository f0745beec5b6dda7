using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting;

/// <summary>A resource whose endpoints others find by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;
