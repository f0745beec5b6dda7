using System.Net;

namespace MuLambda.Registry.Tests.Clients;

public sealed class ClientTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RegistryServer _registry = null!;

    private RegistryClient Client => _registry.Client;

    public async Task InitializeAsync() => _registry = await RegistryServer.StartAsync(_time);

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task A_registered_client_is_read_listed_and_deleted()
    {
        var client = Sample.Client("digits-fast");

        (await Client.PutClientAsync(client)).ShouldBe(new Registered<Client>(client, true));
        (await Client.PutClientAsync(client)).Created.ShouldBeFalse();

        (await Client.GetClientAsync("digits-fast")).ShouldBe(client);
        (await Client.ListClientsAsync()).ShouldBe([client]);
        (await Client.DeleteClientAsync("digits-fast")).ShouldBeTrue();
        (await Client.DeleteClientAsync("digits-fast")).ShouldBeFalse();
        (await Client.ListClientsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_without_a_lease_stays_and_one_with_a_lease_has_to_renew_it()
    {
        await Client.PutClientAsync(Sample.Client("stays"));
        await Client.PutClientAsync(Sample.Client("renews", leaseSeconds: 10));
        await Client.PutClientAsync(Sample.Client("forgets", leaseSeconds: 10));

        _time.Advance(TimeSpan.FromSeconds(9));
        (await Client.HeartbeatClientAsync("renews")).ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(9));

        (await Client.HeartbeatClientAsync("stays")).ShouldBeTrue();
        (await Client.HeartbeatClientAsync("renews")).ShouldBeTrue();
        (await Client.HeartbeatClientAsync("forgets")).ShouldBeFalse();
        (await Client.HeartbeatClientAsync("nobody")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_deleted_client_takes_its_latency_reports_along()
    {
        await Client.PutClientAsync(Sample.Client("a"));
        await Client.PutClientAsync(Sample.Client("b"));
        await Client.PutLatenciesAsync("local", [Sample.Latency("a"), Sample.Latency("b")]);

        await Client.DeleteClientAsync("a");

        (await Client.ListLatenciesAsync()).ShouldHaveSingleItem().Client.ShouldBe("b");
    }

    [Fact]
    public async Task Invalid_criteria_are_refused_by_their_path()
    {
        var client = Sample.Client("a");
        var refused = await Should.ThrowAsync<RegistryException>(() => Client.PutClientAsync(
            client with { Criteria = client.Criteria with { Desired = new Preference(-1, 0) } }));

        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Errors.Keys.ShouldBe(["criteria.desired.latency"]);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart()
    {
        var client = Sample.Client("a", leaseSeconds: 10);
        await Client.PutClientAsync(client);
        await Client.PutLatenciesAsync("local", [Sample.Latency("a")]);

        await _registry.StopAsync();
        _time.Advance(TimeSpan.FromMinutes(5));
        await _registry.StartAsync();

        (await Client.GetClientAsync("a")).ShouldBe(client);
        (await Client.ListLatenciesAsync()).ShouldBe([Sample.Latency("a")]);
        (await Client.HeartbeatClientAsync("a")).ShouldBeTrue();
    }
}
