using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MuLambda.Catalog.Tests;

namespace MuLambda.Selector.Tests.Replicas;

public sealed class ReplicaTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RegistryFeed _registry = null!;

    public async Task InitializeAsync() => _registry = await RegistryFeed.StartAsync(_time);

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Selectors_over_one_registry_know_of_each_other()
    {
        await using var a = await Replica.StartAsync(_registry, "a");
        await a.KnowsAsync("a");
        await using var b = await Replica.StartAsync(_registry, "b");

        await a.KnowsAsync("a", "b");
        await b.KnowsAsync("a", "b");

        a.Known.ShouldBe(["a", "b"], ignoreOrder: true);
        var health = await a.Http.GetFromJsonAsync<JsonElement>("/health");
        health.GetProperty("checks").GetProperty("catalog").GetProperty("detail").GetString().ShouldNotBeNull().ShouldEndWith("selectors: 2.");
    }

    [Fact]
    public async Task A_selector_registers_where_its_rest_api_answers()
    {
        await using var a = await Replica.StartAsync(_registry, "a");
        await a.KnowsAsync("a");

        new Uri(a.RestOf("a").ShouldNotBeNull()).ShouldBe(a.Http.BaseAddress);

        await using var b = await Replica.StartAsync(_registry, "b", "--Selector:Advertise=http://edge.example:8080/");
        await a.KnowsAsync("a", "b");
        a.RestOf("b").ShouldBe("http://edge.example:8080");
    }

    [Fact]
    public async Task One_that_speaks_grpc_too_registers_its_rest_api()
    {
        await using var a = await Replica.StartAsync(_registry, "a", "--Selector:GrpcPort=0", "--urls=http://0.0.0.0:0");
        await a.KnowsAsync("a");

        using var http = new HttpClient { BaseAddress = new Uri(a.RestOf("a").ShouldNotBeNull()) };
        http.BaseAddress.Host.ShouldBe("127.0.0.1");
        (await http.GetAsync("/alive")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_is_killed_is_forgotten_after_its_lease_and_one_that_renews_is_not()
    {
        await using var a = await Replica.StartAsync(_registry, "a");
        await using (var b = await Replica.StartAsync(_registry, "b"))
        {
            await b.KnowsAsync("a", "b");
        }

        for (var renewals = 0; renewals < 3; renewals++)
        {
            await a.KnowsAsync("a", "b");
            await a.RenewAsync();
            _time.Advance(Replica.Renewal);
        }

        await a.KnowsAsync("a");
        (await CallsAsync(5)).ShouldBe(["PUT a", "PUT b", "POST a", "POST a", "POST a"], ignoreOrder: true);
        _registry.SelectorCalls.Reader.TryRead(out var call).ShouldBeFalse(call);
    }

    [Fact]
    public async Task One_that_stops_takes_its_registration_back_without_waiting_for_its_lease()
    {
        await using var a = await Replica.StartAsync(_registry, "a");
        await using var b = await Replica.StartAsync(_registry, "b");
        await a.KnowsAsync("a", "b");

        await b.StopAsync();

        await a.KnowsAsync("a");
    }

    [Fact]
    public async Task The_others_know_of_a_stop_before_its_last_request_has_ended()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var executor = await RestExecutor.StartAsync("slow", async (_, context) =>
        {
            arrived.SetResult();
            await answer.Task;
            await context.Response.WriteAsync("""{"predictions": [[1, 0]]}""");
        });
        _registry.Put(TestPlatform.DigitModel("slow", 0.9, 1000));
        _registry.Put(executor.Registration());
        _registry.Put(TestPlatform.Client("fast", 1, 0));
        await using var a = await Replica.StartAsync(_registry, "a");
        await using var b = await Replica.StartAsync(_registry, "b");
        await a.KnowsAsync("a", "b");
        await b.KnowsAsync("a", "b");
        using var body = new StringContent(TestPlatform.Body(3));
        var inference = b.Http.PostAsync("/v1/clients/fast:infer", body);
        await arrived.Task.WaitAsync(Deadline.Time);

        var stop = b.StopAsync();
        await a.KnowsAsync("a");

        stop.IsCompleted.ShouldBeFalse();
        answer.SetResult();
        ((int)(await inference).StatusCode).ShouldBe(200);
        await stop;
    }

    [Fact]
    public async Task One_whose_lease_was_lost_registers_again_with_its_next_renewal()
    {
        await using var a = await Replica.StartAsync(_registry, "a");
        await a.KnowsAsync("a");
        _registry.DeleteSelector("a").ShouldBeTrue();
        await a.KnowsAsync();

        await a.RenewAsync();

        await a.KnowsAsync("a");
        (await CallsAsync(3)).ShouldBe(["PUT a", "POST a", "PUT a"]);
    }

    [Fact]
    public async Task While_the_registry_refuses_it_selects_all_the_same_and_asks_less_and_less_often()
    {
        _registry.Fault = Refuse;
        _registry.Put(TestPlatform.DigitModel("small", 0.9, 1000));
        _registry.Put(new Catalog.Executor("small", "local", [new("small", 1)], new("http://127.0.0.1:9"), Catalog.ExecutorState.Ready));
        _registry.Put(TestPlatform.Client("fast", 1, 0));
        await using var a = await Replica.StartAsync(_registry, "a");

        foreach (var seconds in new[] { 0.2, 0.4, 0.8, 1.6, 3, 3 })
        {
            (await CallsAsync(1)).ShouldBe(["PUT a"]);
            (await a.Http.PostAsJsonAsync("/v1/select", new { client = "fast" })).EnsureSuccessStatusCode();
            await a.Time.WaitForTimerAsync(TimeSpan.FromSeconds(seconds));
            a.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        await a.Time.WaitForTimerAsync(Replica.Renewal);
        _registry.Fault = null;
        a.Time.Advance(Replica.Renewal);

        await a.KnowsAsync("a");
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_asked_again_after_the_deadline()
    {
        _registry.Fault = Hang;
        await using var a = await Replica.StartAsync(_registry, "a");
        (await CallsAsync(1)).ShouldBe(["PUT a"]);

        await a.Time.WaitForTimerAsync(SelectorRegistration.LongestCall);
        a.Time.Advance(SelectorRegistration.LongestCall);
        await a.Time.WaitForTimerAsync(SelectorRegistration.MinBackoff);
        _registry.Fault = null;
        a.Time.Advance(SelectorRegistration.MinBackoff);

        await a.KnowsAsync("a");
    }

    [Fact]
    public async Task A_stop_waits_for_a_registry_that_does_not_answer_no_longer_than_the_deadline()
    {
        await using var a = await Replica.StartAsync(_registry, "a");
        await a.KnowsAsync("a");
        (await CallsAsync(1)).ShouldBe(["PUT a"]);
        await a.Time.WaitForTimerAsync(Replica.Renewal);
        _registry.Fault = Hang;

        var stop = a.StopAsync();
        (await CallsAsync(1)).ShouldBe(["DELETE a"]);
        await a.Time.WaitForTimerAsync(SelectorRegistration.LongestCall);
        a.Time.Advance(SelectorRegistration.LongestCall);

        await stop;
    }

    [Theory]
    [InlineData("edge-1", "edge-1-7-")]
    [InlineData("EDGE_01.local", "edge-01-local-7-")]
    [InlineData(".é.", "selector-7-")]
    [InlineData("", "selector-7-")]
    public void An_id_that_is_not_given_tells_machine_and_process(string machine, string start)
    {
        var id = ReplicaId.Create(machine, 7);

        id.ShouldStartWith(start);
        id.Length.ShouldBe(start.Length + 8);
        Catalog.CatalogValidation.IsName(id).ShouldBeTrue();
    }

    [Fact]
    public void An_id_that_is_not_given_is_nobody_elses_and_an_id_however_long_the_machines_name_is()
    {
        new SelectorOptions().Id.ShouldNotBe(new SelectorOptions().Id);
        Catalog.CatalogValidation.IsName(ReplicaId.Create(new string('m', 200), int.MaxValue)).ShouldBeTrue();
        Catalog.CatalogValidation.IsName(ReplicaId.Create(new string('m', 39) + "--m", int.MaxValue)).ShouldBeTrue();
    }

    private static Task<bool> Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.FromResult(true);
    }

    private static async Task<bool> Hang(HttpContext context)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return true;
    }

    /// <summary>The next calls of selectors to the registry.</summary>
    private async Task<List<string>> CallsAsync(int count)
    {
        var calls = new List<string>();
        while (calls.Count < count)
        {
            calls.Add(await _registry.SelectorCalls.Reader.ReadAsync(Deadline.Token()));
        }

        return calls;
    }
}
