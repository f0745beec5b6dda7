using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog.Http;
using MuLambda.Catalog.Tests;

namespace MuLambda.Selector.Tests.Replicas;

/// <summary>One of several selectors over one registry, in time of its own.</summary>
internal sealed class Replica : IAsyncDisposable
{
    /// <summary>Of three renewals, each of a round number of seconds.</summary>
    public const int LeaseSeconds = 9;

    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(LeaseSeconds / 3);

    private readonly WebApplication _app;

    private Replica(WebApplication app, ManualTime time) => (_app, Time) = (app, time);

    public ManualTime Time { get; }

    public HttpClient Http { get; private set; } = null!;

    /// <summary>The selectors that it knows.</summary>
    public IEnumerable<string> Known => _app.Services.GetRequiredService<CatalogFollower>().Selectors.Keys;

    /// <summary>Where a selector that it knows says that its REST API is.</summary>
    public string? RestOf(string id) => _app.Services.GetRequiredService<CatalogFollower>().Selectors[id].Rest;

    public static async Task<Replica> StartAsync(RegistryFeed registry, string id, params string[] options)
    {
        var time = new ManualTime();
        var app = SelectorApplication.Create(
            ["--urls=http://127.0.0.1:0", $"--Selector:Registry={registry.Address}", $"--Selector:Id={id}", $"--Selector:LeaseSeconds={LeaseSeconds}", .. options],
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton<TimeProvider>(time);
            });
        await app.StartAsync();
        return new Replica(app, time) { Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TestPlatform.Patience } };
    }

    /// <summary>Waits until it knows these selectors and no other.</summary>
    public async Task KnowsAsync(params string[] ids) =>
        await _app.Services.GetRequiredService<CatalogFeed>().WaitForAsync(
            catalog => catalog.Epoch is not null && catalog.Selectors.Keys.ToHashSet().SetEquals(ids), Deadline.Token());

    /// <summary>Lets it renew its lease once.</summary>
    public async Task RenewAsync()
    {
        await Time.WaitForTimerAsync(Renewal);
        Time.Advance(Renewal);
        await Time.WaitForTimerAsync(Renewal);
    }

    /// <summary>Stops it as SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync(Deadline.Token());

    /// <summary>Ends it as a killed process does: it says nothing to anybody.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
