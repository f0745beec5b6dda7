using System.Net;
using System.Text;
using System.Text.Json;

namespace MuLambda.Registry.Tests.Slos;

public sealed class SloTests : IAsyncLifetime
{
    private static readonly Slo Slo = new(100, 0.9);

    private readonly ManualTime _time = new();
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync(_time);
        await Client.PutClientAsync(Sample.Client("a") with { Slo = Slo });
        await Client.PutClientAsync(Sample.Client("b") with { Slo = Slo });
        await Client.PutClientAsync(Sample.Client("without"));
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task A_clients_status_is_the_sum_over_the_selectors()
    {
        await Client.PutSlosAsync("s-1", [Report("s-1", "a", good: 90, total: 100), Report("s-1", "b", good: 1, total: 1)]);
        await Client.PutSlosAsync("s-2", [Report("s-2", "a", good: 100, total: 100)]);

        var status = await Client.GetSloAsync("a");

        (status.Client, status.Slo, status.Requests, status.Good, status.Attainment).ShouldBe(("a", Slo, 200L, 190L, 0.95));
        status.BudgetLeft.ShouldBe(0.5, 1e-9);
        status.Selectors.ShouldBe(["s-1", "s-2"]);
        status.Alerts.ShouldHaveSingleItem().Firing.ShouldBeFalse();
        status.Latency!.P50Ms.ShouldBe(8.1, 0.1);
    }

    [Fact]
    public async Task All_clients_with_an_objective_are_listed()
    {
        await Client.PutSlosAsync("s", [Report("s", "b", good: 1, total: 2)]);

        (await Client.ListSlosAsync()).Select(status => (status.Client, status.Requests)).ShouldBe([("a", 0L), ("b", 2L)]);
    }

    [Fact]
    public async Task A_selectors_reports_are_listed_with_the_registrys_time()
    {
        _time.Advance(TimeSpan.FromMinutes(3));
        await Client.PutSlosAsync("s-1", [Report("s-1", "b"), Report("s-1", "a")]);
        await Client.PutSlosAsync("s-11", [Report("s-11", "a")]);

        var reports = await Client.ListSloReportsAsync("s-1");

        reports.Select(report => (report.Selector, report.Client)).ShouldBe([("s-1", "a"), ("s-1", "b")]);
        reports.ShouldAllBe(report => report.ReportedAt == _time.GetUtcNow());
    }

    [Theory]
    [InlineData("nobody", "not registered")]
    [InlineData("without", "no objective")]
    public async Task A_client_that_is_unknown_or_has_no_objective_is_a_404_that_says_which(string client, string detail)
    {
        var refused = await Should.ThrowAsync<RegistryException>(Client.GetSloAsync(client));

        refused.Status.ShouldBe(HttpStatusCode.NotFound);
        refused.Message.ShouldContain(detail);
    }

    [Fact]
    public async Task The_feed_carries_the_reports_so_that_others_can_act_on_an_alert()
    {
        var firing = Report("s", "a") with { Alerts = [new SloAlert(3600, 300, 14.4, 20, Firing: true)] };
        await Client.PutSlosAsync("s", [firing]);
        await Client.DeleteClientAsync("a");

        var changes = await Client.WatchAsync(3, null, Deadline.Token())
            .Where(change => change.Type != CatalogChangeType.Heartbeat).Take(3).ToListAsync();

        changes.Select(change => (change.Type, change.Kind, change.Id)).ShouldBe(
        [
            (CatalogChangeType.Put, CatalogKind.Slo, "s/a"),
            (CatalogChangeType.Delete, CatalogKind.Slo, "s/a"),
            (CatalogChangeType.Delete, CatalogKind.Client, "a"),
        ]);
        changes[0].Slo!.Alerts.Single().Firing.ShouldBeTrue();
    }

    [Fact]
    public async Task Reports_on_unknown_clients_are_ignored()
    {
        await Client.PutSlosAsync("s", [Report("s", "nobody"), Report("s", "a")]);

        (await Client.ListSloReportsAsync("s")).Select(report => report.Client).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Reports_outlive_a_restart_of_the_registry()
    {
        await Client.PutSlosAsync("s", [Report("s", "a", good: 3, total: 4)]);

        await _registry.StopAsync();
        await _registry.StartAsync();

        (await Client.GetSloAsync("a")).Requests.ShouldBe(4);
    }

    [Fact]
    public async Task What_a_selector_saw_that_is_gone_leaves_the_windows_and_is_forgotten_after_a_day()
    {
        await Client.PutSlosAsync("gone", [Report("gone", "a", good: 0, total: 30)]);
        (await Client.GetSloAsync("a")).BurnRates.Select(rate => rate.Requests).ShouldBe([30, 30]);

        _time.Advance(TimeSpan.FromMinutes(6));
        var status = await Client.GetSloAsync("a");
        status.BurnRates.Select(rate => rate.Requests).ShouldBe([0, 30]);
        status.Requests.ShouldBe(30);

        _time.Advance(TimeSpan.FromDays(1));
        await Client.WatchAsync(4, null, Deadline.Token())
            .FirstAsync(change => change is { Type: CatalogChangeType.Delete, Kind: CatalogKind.Slo, Id: "gone/a" });
        (await Client.GetSloAsync("a")).Requests.ShouldBe(0);
    }

    [Fact]
    public async Task Another_objective_begins_anew_and_another_target_does_not()
    {
        await Client.PutSlosAsync("s", [Report("s", "a", good: 95, total: 100)]);

        await Client.PutClientAsync(Sample.Client("a") with { Slo = Slo with { Target = 0.95 } });
        (await Client.GetSloAsync("a")).BudgetLeft.ShouldBe(0, 1e-9);

        await Client.PutClientAsync(Sample.Client("a") with { Slo = Slo with { LatencyMs = 5 } });
        (await Client.GetSloAsync("a")).Requests.ShouldBe(0);
    }

    [Theory]
    [InlineData("""[{"selector": "other"}]""", "[0].client")]
    [InlineData("""{}""", "$")]
    public async Task Reports_outside_the_limits_are_refused_by_the_path_of_their_field(string body, string path)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _registry.Http.PutAsync("/v1/selectors/s/slos", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldContain(path);
    }

    private static SloReport Report(string selector, string client, long good = 0, long total = 0) => new(
        selector, client, Slo, DateTimeOffset.UnixEpoch,
        new SloWindow(Slo.WindowSeconds, good, total), [new SloWindow(300, good, total), new SloWindow(3600, good, total)],
        [new SloAlert(3600, 300, 14.4, 20, Firing: false)], new LatencyCounts(257, [2]));
}
