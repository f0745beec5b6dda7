using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Tests;
using MuLambda.Scaling;

namespace MuLambda.Selector.Tests.Slo;

public sealed class SloTrackersTests
{
    private static readonly TimeSpan InTime = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(200);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(200, 10, 1, 1)]
    [InlineData(200, 200, 0, 1)]
    [InlineData(400, 10, 0, 0)]
    [InlineData(408, 10, 0, 0)]
    [InlineData(413, 10, 0, 0)]
    [InlineData(404, 10, 0, 1)]
    [InlineData(429, 10, 0, 1)]
    [InlineData(499, 10, 0, 0)]
    [InlineData(499, 200, 0, 1)]
    [InlineData(500, 10, 0, 1)]
    [InlineData(503, 10, 0, 1)]
    [InlineData(504, 10, 0, 1)]
    public void How_a_request_ends_decides_whether_it_counts_and_as_what(int status, int ms, int good, int total)
    {
        var trackers = Trackers();
        trackers.Update(Clients("a"));

        trackers.Ended("a", status, TimeSpan.FromMilliseconds(ms));
        trackers.Ended("nobody", status, TimeSpan.FromMilliseconds(ms));

        var window = trackers.Find("a")!.Report("s").Window;
        (window.Good, window.Total).ShouldBe((good, total));
    }

    [Fact]
    public void What_a_client_tells_of_a_request_it_sent_itself_counts()
    {
        var trackers = Trackers();
        trackers.Update(Clients("a"));

        trackers.Told("a", 10);
        trackers.Told("a", 200);
        trackers.Told("a", null);
        trackers.Told(null, 10);

        trackers.Find("a")!.Report("s").Window.ShouldBe(new SloWindow(Catalog.Slo.DefaultWindowSeconds, 1, 3));
    }

    [Fact]
    public void Trackers_come_and_go_with_the_clients_that_have_an_objective()
    {
        var trackers = Trackers();
        trackers.Any.IsCompleted.ShouldBeFalse();

        trackers.Update(new[] { Client("a"), Client("b") with { Slo = null } }.ToDictionary(client => client.Id));
        trackers.All.Select(tracker => tracker.Client).ShouldBe(["a"]);
        trackers.Any.IsCompleted.ShouldBeTrue();

        trackers.Update(Clients("b"));
        trackers.All.Select(tracker => tracker.Client).ShouldBe(["b"]);

        trackers.Update(Clients());
        trackers.All.ShouldBeEmpty();
        trackers.Any.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void A_client_that_stays_keeps_its_counts_until_its_objective_is_another()
    {
        var trackers = Trackers();
        trackers.Update(Clients("a"));
        var tracker = trackers.Find("a");

        trackers.Update(Clients("a", "b"));
        trackers.Find("a").ShouldBeSameAs(tracker);
        trackers.Update(new[] { Client("a") with { Slo = new(100, 0.5) } }.ToDictionary(client => client.Id));
        trackers.Find("a").ShouldBeSameAs(tracker);
        trackers.Update(new[] { Client("a") with { Slo = new(50) } }.ToDictionary(client => client.Id));
        trackers.Find("a").ShouldNotBeSameAs(tracker);
    }

    [Fact]
    public void No_more_clients_are_tracked_than_memory_is_meant_for()
    {
        var trackers = Trackers(new SloOptions { MaxClients = 2 });

        trackers.Update(Clients("a", "b", "c"));
        trackers.All.Count.ShouldBe(2);

        trackers.Update(Clients("c"));
        trackers.Find("c").ShouldNotBeNull();
    }

    [Fact]
    public void A_client_is_reported_at_once_then_every_five_seconds_at_most_and_an_alert_when_it_begins()
    {
        var trackers = Trackers();
        trackers.Update(Clients("a"));
        var outbox = new SloOutbox(trackers, "s", _time);
        Dictionary<string, SloReport> registered = [];
        Send().ShouldBe(1);

        var sent = 0;
        for (var second = 0; second < 60; second++)
        {
            // More every second, so that every report would be news.
            for (var i = 0; i < 1 << Math.Min(second / 4, 12); i++)
            {
                trackers.Ended("a", 200, InTime);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            sent += Send();
        }

        sent.ShouldBeInRange(8, 12);

        // Just reported; the outage is told in the second in which the alert begins.
        while (Send() == 0)
        {
            trackers.Ended("a", 200, InTime);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        for (var i = 0; i < 100_000; i++)
        {
            trackers.Ended("a", 200, Late);
        }

        Send().ShouldBe(1);
        registered["s/a"].Alerts[0].Firing.ShouldBeTrue();
        Send().ShouldBe(0);

        int Send()
        {
            var news = outbox.Collect(registered);
            foreach (var tracker in news)
            {
                var report = tracker.Report("s");
                outbox.Taken(tracker, report);
                registered[CatalogSnapshot.SloId("s", tracker.Client)] = report;
            }

            return news.Count;
        }
    }

    [Fact]
    public void A_report_that_the_registry_lost_is_told_again()
    {
        var trackers = Trackers();
        trackers.Update(Clients("a"));
        var outbox = new SloOutbox(trackers, "s", _time);
        var tracker = trackers.Find("a")!;
        var report = tracker.Report("s");
        outbox.Taken(tracker, report);

        _time.Advance(TimeSpan.FromSeconds(11));

        outbox.Collect(new Dictionary<string, SloReport> { ["s/a"] = report }).ShouldBeEmpty();
        outbox.Collect(new Dictionary<string, SloReport>()).ShouldBe([tracker]);
    }

    [Fact]
    public void Finding_and_telling_allocates_nothing()
    {
        var trackers = Trackers();
        trackers.Update(Clients("a", "b"));
        Tell();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Tell();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Tell()
        {
            for (var i = 0; i < 1000; i++)
            {
                trackers.Ended("a", 200, InTime);
                trackers.Ended("b", 503, Late);
                trackers.Ended("c", 200, InTime);
            }
        }
    }

    private SloTrackers Trackers(SloOptions? options = null) =>
        new(Options.Create(options ?? new SloOptions()), _time, NullLogger<SloTrackers>.Instance);

    private static Client Client(string id) => TestPlatform.Client(id, 1, 0) with { Slo = new(100) };

    private static Dictionary<string, Client> Clients(params string[] ids) => ids.ToDictionary(id => id, Client);
}
