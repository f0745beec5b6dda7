using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Catalog.Tests;

namespace MuLambda.Selector.Tests.Replicas;

/// <summary>Selectors over the registry itself, each a process.</summary>
public sealed class ReplicaProcessTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mulambda-replicas-");

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task Selectors_register_take_it_back_on_SIGTERM_and_are_forgotten_after_SIGKILL()
    {
        using var registry = await ServiceProcess.StartAsync("MuLambda.Registry.dll", "--state", _state.FullName);
        using var http = new HttpClient { BaseAddress = registry.Address };
        var feed = new CatalogFeed(new RegistryClient(http));
        using var stop = new CancellationTokenSource();
        var following = feed.RunAsync(stop.Token);
        Task KnownAsync(params string[] ids) =>
            feed.WaitForAsync(catalog => catalog.Selectors.Keys.ToHashSet().SetEquals(ids), Deadline.Token());

        // A lease that the test does not live to see the end of, and a short one.
        using var terminated = await StartAsync(registry, "--Selector:Id=terminated", "--Selector:LeaseSeconds=3600");
        using var killed = await StartAsync(registry, "--Selector:Id=killed", "--Selector:LeaseSeconds=3");
        await KnownAsync("terminated", "killed");

        (await terminated.TerminateAsync()).ShouldBe(0);
        await KnownAsync("killed");
        await killed.KillAsync();
        await KnownAsync();

        await stop.CancelAsync();
        await following;
    }

    [Fact]
    public async Task A_selector_without_an_id_gives_itself_one_of_its_process_with_a_lease_of_ten_seconds()
    {
        using var registry = await ServiceProcess.StartAsync("MuLambda.Registry.dll", "--state", _state.FullName);
        using var http = new HttpClient { BaseAddress = registry.Address };
        var feed = new CatalogFeed(new RegistryClient(http));
        using var stop = new CancellationTokenSource();
        var following = feed.RunAsync(stop.Token);

        using var selector = await StartAsync(registry, "--Selector:Node=edge");
        var known = (await feed.WaitForAsync(catalog => !catalog.Selectors.IsEmpty, Deadline.Token())).Selectors.Values.Single();

        known.ShouldBe(new SelectorReplica(known.Id, "edge", 10, selector.Address.AbsoluteUri.TrimEnd('/')));
        known.Id.ShouldContain($"-{selector.Id}-");
        await stop.CancelAsync();
        await following;
    }

    private static Task<ServiceProcess> StartAsync(ServiceProcess registry, params string[] options) =>
        ServiceProcess.StartAsync("MuLambda.Selector.dll", [$"--Selector:Registry={registry.Address}", .. options]);
}
