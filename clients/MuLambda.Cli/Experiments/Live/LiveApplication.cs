using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog;
using MuLambda.Client;

namespace MuLambda.Cli.Experiments;

/// <summary>A client application as the SDK makes it: registered with its criteria, answering probes.</summary>
internal sealed class LiveApplication : IAsyncDisposable
{
    /// <summary>The node that the clients and the selectors are on.</summary>
    public const string Node = "local";

    private static readonly Uri Nowhere = new("http://selector.invalid");

    private readonly WebApplication _app;

    private LiveApplication(string id, WebApplication app) => (Id, _app) = (id, app);

    public string Id { get; }

    public static async Task<LiveApplication> StartAsync(
        string id, Criteria criteria, Uri registry, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        NoLifetime.Replace(builder.Services);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMuLambdaClient(id, options =>
        {
            options.Criteria = criteria;
            options.Registry = registry;
            // It is probed only; the requests are sent by clients of each run's selector.
            options.Selector = Nowhere;
            options.Node = Node;
        });
        var app = builder.Build();
        app.MapMuLambdaProbe();
        await app.StartAsync(cancellationToken);
        return new LiveApplication(id, app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
