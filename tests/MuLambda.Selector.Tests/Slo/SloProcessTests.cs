using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Catalog.Tests;
using MuLambda.Selector.Tests.Replicas;

namespace MuLambda.Selector.Tests.Slo;

/// <summary>Two selectors over the registry itself, each a process.</summary>
public sealed class SloProcessTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mulambda-slo-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task The_registry_tells_what_all_selectors_saw_and_the_feed_says_when_an_alert_begins()
    {
        using var registry = await ServiceProcess.StartAsync("MuLambda.Registry.dll", "--state", _state.FullName);
        using var http = new HttpClient { BaseAddress = registry.Address };
        var client = new RegistryClient(http);
        var feed = new CatalogFeed(client);
        using var stop = new CancellationTokenSource();
        var following = feed.RunAsync(stop.Token);
        await client.PutClientAsync(TestPlatform.Client("watched", 1, 0) with { Slo = new(100) });
        using var a = await StartAsync(registry, "a");
        using var b = await StartAsync(registry, "b");

        await feed.WaitForAsync(catalog => catalog.Slos.Count == 2, Deadline.Token());
        (await client.GetSloAsync("watched")).ShouldSatisfyAllConditions(
            status => status.Selectors.ShouldBe(["a", "b"]),
            status => status.Requests.ShouldBe(0));

        // There is no executor: each request is a known client's that nobody could answer.
        foreach (var selector in new[] { a, b })
        {
            await InferAsync(selector, times: 12);
        }

        // Neither saw the 20 requests that an alert asks for; together they did.
        await feed.WaitForAsync(catalog => catalog.Slos.Values.Sum(report => report.Window.Total) == 24, Deadline.Token());
        var together = await client.GetSloAsync("watched");
        (together.Requests, together.Good).ShouldBe((24, 0));
        together.Alerts.ShouldAllBe(alert => alert.Firing);
        feed.Current.Slos.Values.ShouldAllBe(report => !report.Alerts[0].Firing);

        await InferAsync(a, times: 10);
        await feed.WaitForAsync(catalog => catalog.Slos["a/watched"].Alerts[0].Firing, Deadline.Token());

        await stop.CancelAsync();
        await following;
    }

    private static Task<ServiceProcess> StartAsync(ServiceProcess registry, string id) => ServiceProcess.StartAsync(
        "MuLambda.Selector.dll", $"--Selector:Registry={registry.Address}", $"--Selector:Id={id}");

    private static async Task InferAsync(ServiceProcess selector, int times)
    {
        using var http = new HttpClient { BaseAddress = selector.Address };
        for (var i = 0; i < times; i++)
        {
            using var body = new StringContent(TestPlatform.Body(3));
            using var answer = await http.PostAsync("/v1/clients/watched:infer", body);
            ((int)answer.StatusCode).ShouldBe(404);
        }
    }
}
