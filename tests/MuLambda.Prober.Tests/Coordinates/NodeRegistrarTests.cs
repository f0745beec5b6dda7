using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using MuLambda.Catalog;
using MuLambda.Prober.Coordinates;
using MuLambda.Prober.Options;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Coordinates;

public sealed class NodeRegistrarTests
{
    [Fact]
    public async Task Two_probers_find_each_other_and_tell_where_they_lie_and_leave_nothing_behind()
    {
        await using var registry = await RegistryStandIn.StartAsync();
        await using var first = Build(registry, "attic");
        await first.StartAsync();
        var attic = (await registry.NextAsync(call => call is { Kind: "node", Id: "attic" })).Node!;
        attic.Coordinate.ShouldBeNull();
        new Uri(attic.ProbeEndpoint!).ShouldBe(new Uri(new Uri(first.Urls.Single()), "/v1/coordinate"));

        // The stand-in's feed says at its beginning who is there, so only the second sees the first.
        await using var second = Build(registry, "cellar");
        await second.StartAsync();
        var cellar = (await registry.NextAsync(call => call is { Kind: "node", Id: "cellar", Node.Coordinate: not null })).Node!;
        CatalogValidation.Validate(cellar).ShouldBeEmpty();
        cellar.Coordinate!.Position.ShouldContain(x => x != 0);

        registry.ExpireNode("attic");

        // Heartbeats and reports of its position from before may still be to be read.
        await registry.NextAsync(call => call is { Kind: "node-heartbeat", Id: "attic", Status: 404 });
        (await registry.NextAsync(call => call is { Kind: "node", Id: "attic", Status: not 200 })).Status.ShouldBe(201);

        await second.StopAsync();
        await first.StopAsync();
        (await registry.NextAsync(call => call is { Kind: "node-delete", Id: "cellar" })).Status.ShouldBe(204);
        (await registry.NextAsync(call => call is { Kind: "node-delete", Id: "attic" })).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5", "http://127.0.0.1:5/")]
    [InlineData("http://[::]:5", "http://127.0.0.1:5/")]
    [InlineData("http://*:5", "http://127.0.0.1:5/")]
    [InlineData("https://edge.example:5;http://edge.example:6", "http://edge.example:6/")]
    [InlineData("http://unix:/tmp/a.sock", null)]
    [InlineData("", null)]
    public void Others_reach_it_where_it_listens(string bound, string? reachable) =>
        Addresses.Reachable(bound.Split(';', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(reachable);

    private static WebApplication Build(RegistryStandIn registry, string node) => ProberApplication.Build(
        new ProberArguments { Urls = "http://127.0.0.1:0", Node = node },
        builder => builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["services:registry:http:0"] = registry.Server.Url.AbsoluteUri,
            ["Prober:PollSeconds"] = "0.3",
            ["Prober:LeaseSeconds"] = "1",
            ["Prober:PollTimeoutSeconds"] = "20",
            ["Prober:ProbeSeconds"] = "20",
            ["Prober:ProbeTimeoutSeconds"] = "20",
        }));
}
