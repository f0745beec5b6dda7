namespace MuLambda.Hosting.Testing;

/// <summary>An AppHost's application, for a test to change and build.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Builds the application.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}
