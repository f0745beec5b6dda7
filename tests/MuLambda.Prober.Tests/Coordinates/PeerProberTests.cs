using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Prober.Coordinates;
using MuLambda.Prober.Options;
using MuLambda.Prober.Probes;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Coordinates;

public sealed class PeerProberTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task The_coordinate_is_learned_from_what_peers_answer()
    {
        // The two probes of a round run together: the clock moves once both have come, so each takes 20 ms.
        var gate = new Lock();
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = 0;
        await using var peers = await LocalServer.StartAsync(async context =>
        {
            Task both;
            lock (gate)
            {
                both = met.Task;
                if (++waiting == 2)
                {
                    _clock.Advance(TimeSpan.FromMilliseconds(20));
                    met.SetResult();
                    met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    waiting = 0;
                }
            }

            await both.WaitAsync(Deadlines.Generous);
            var name = context.Request.Path.Value!.Trim('/');
            await context.Response.WriteAsJsonAsync(
                new PeerAnswer(name, new NodeCoordinate([name == "left" ? -19 : 19, 0, 0, 0], 1, 0.05)),
                PeerJson.Default.PeerAnswer);
        });
        var own = Own();
        await using var registry = await RegistryStandIn.StartAsync();
        registry.Add(new Node("left", new Uri(peers.Url, "left").AbsoluteUri));
        registry.Add(new Node("right", new Uri(peers.Url, "right").AbsoluteUri));
        registry.Add(new Node("me", new Uri(peers.Url, "me").AbsoluteUri));

        var current = await WithProberAsync(registry, own, async prober =>
        {
            for (var round = 0; round < 30; round++)
            {
                await prober.RoundAsync(CancellationToken.None).WaitAsync(Deadlines.Generous);
            }

            return prober.Current;
        });

        current.Select(peer => (peer.Node, peer.Reason)).ShouldBe([("left", null), ("right", null)], ignoreOrder: true);
        own.Neighbours.ShouldBe(2);
        own.Learned.Error.ShouldBeLessThan(0.3);

        // In the middle between the two.
        Math.Abs(own.Learned.Position[0]).ShouldBeLessThan(5);
        own.Told.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_peer_that_answers_nonsense_or_as_another_is_not_learned_from()
    {
        await using var peers = await LocalServer.StartAsync(context =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            return context.Request.Path.Value switch
            {
                "/other" => context.Response.WriteAsJsonAsync(
                    new PeerAnswer("somebody", new NodeCoordinate([1], 1, 0)), PeerJson.Default.PeerAnswer),
                "/absurd" => context.Response.WriteAsJsonAsync(
                    new PeerAnswer("absurd", new NodeCoordinate([1e300], 1, 0)), PeerJson.Default.PeerAnswer),
                "/text" => context.Response.WriteAsync("here I am"),
                "/long" => context.Response.WriteAsync(new string(' ', 5000)),
                _ => Answer(context, 500),
            };
        });
        var own = Own();
        await using var registry = await RegistryStandIn.StartAsync();
        foreach (var name in (string[])["other", "absurd", "text", "long", "broken"])
        {
            registry.Add(new Node(name, new Uri(peers.Url, name).AbsoluteUri));
        }

        registry.Add(new Node("outside", "http://192.0.2.1/"));

        var current = await WithProberAsync(registry, own, async prober =>
        {
            await prober.RoundAsync(CancellationToken.None).WaitAsync(Deadlines.Generous);
            return prober.Current;
        });

        var reasons = current.ToDictionary(peer => peer.Node, peer => peer.Reason.ShouldNotBeNull());
        reasons.Count.ShouldBe(6);
        reasons["other"].ShouldContain("'somebody'");
        reasons["other"].ShouldContain("--advertise");
        reasons["absurd"].ShouldContain("cannot be");
        reasons["text"].ShouldContain("something else than a coordinate");
        reasons["long"].ShouldContain("4096");
        reasons["broken"].ShouldContain("500");
        reasons["outside"].ShouldContain("Prober:Allow");
        own.Neighbours.ShouldBe(0);
        own.Told.ShouldBeNull();
    }

    [Fact]
    public void However_many_nodes_there_are_a_constant_number_is_probed_and_the_nearest_are_among_them()
    {
        var catalog = Enumerable.Range(0, 500).Aggregate(CatalogSnapshot.Empty, (c, n) => c.Apply(new CatalogChange(
            CatalogChangeType.Put, n + 1, CatalogKind.Node, $"n{n}",
            Node: new Node($"n{n}", "http://127.0.0.1:1/", new NodeCoordinate([n], 1, 0.1)))));
        var options = new ProberOptions { Node = "n100", Peers = 32 };

        var chosen = PeerProber.Choose(catalog, options).Select(node => node.Id).ToList();

        chosen.Count.ShouldBe(32);
        chosen.ShouldBeUnique();
        chosen.ShouldNotContain("n100");
        Enumerable.Range(96, 9).Where(n => n != 100).ShouldAllBe(n => chosen.Contains($"n{n}"));

        // Of one node more or less the others are the same.
        var without = PeerProber.Choose(
            catalog.Apply(new CatalogChange(CatalogChangeType.Delete, 1000, CatalogKind.Node, chosen[^1])), options);
        without.Select(node => node.Id).Intersect(chosen).Count().ShouldBe(31);
    }

    [Fact]
    public void After_a_restart_the_node_goes_on_where_the_catalog_knew_it()
    {
        var own = Own();
        own.Resume(new NodeCoordinate([10, 20, 30, 40], 5, 0.2));

        own.Learned.Position.ShouldBe([10, 20, 30, 40]);
        (own.Learned.HeightMs, own.Learned.Error).ShouldBe((5, 0.2));
        own.Resume(new NodeCoordinate([double.NaN], 5, 0.2));
        own.Learned.Position.ShouldBe([10, 20, 30, 40]);
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static OwnCoordinate Own() =>
        new(Microsoft.Extensions.Options.Options.Create(new ProberOptions { Node = "me" }));

    private async Task<T> WithProberAsync<T>(RegistryStandIn registry, OwnCoordinate own, Func<PeerProber, Task<T>> run)
    {
        var feed = new CatalogFeed(registry.CreateClient());
        using var stop = new CancellationTokenSource();
        var feeding = feed.RunAsync(stop.Token);
        await feed.WaitForFirstSnapshotAsync().WaitAsync(Deadlines.Generous);
        var options = new ProberOptions { Node = "me", ProbeTimeoutSeconds = 100_000 };
        using var prober = new PeerProber(
            own,
            new ProbeConnections(options, _clock, Dns.GetHostAddressesAsync),
            feed,
            Microsoft.Extensions.Options.Options.Create(options),
            _clock,
            NullLogger<PeerProber>.Instance);
        try
        {
            return await run(prober);
        }
        finally
        {
            await prober.StopAsync(CancellationToken.None);
            await stop.CancelAsync();
            await feeding;
        }
    }
}
