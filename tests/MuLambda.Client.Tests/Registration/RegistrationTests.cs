using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Client.Tests.Registration;

public sealed class RegistrationTests : IAsyncLifetime
{
    // A third of it, 4 s, is no other wait of the client's.
    private const double Lease = 12;

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(4);

    private readonly ManualTime _time = new();
    private FakePlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await FakePlatform.StartAsync();

    public async Task DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task An_application_is_registered_with_its_criteria_and_its_own_probe_address()
    {
        await using var app = await StartAsync();

        await _platform.NextAsync("PUT /v1/clients/digits");

        var client = _platform.Clients["digits"];
        client.Criteria.ShouldBe(Wanted);
        client.LeaseSeconds.ShouldBe(Lease);
        client.Node.ShouldBe("edge-1");
        client.ProbeEndpoint.ShouldBe(app.Urls.Single() + "/mulambda/probe");
        using var http = new HttpClient();
        using var probe = await http.GetAsync(client.ProbeEndpoint);
        ((int)probe.StatusCode).ShouldBe(204);
    }

    [Fact]
    public async Task The_lease_is_renewed_after_a_third_of_it()
    {
        await using var app = await StartAsync();
        await _platform.NextAsync("PUT /v1/clients/digits");

        for (var renewal = 0; renewal < 3; renewal++)
        {
            await _time.WaitForTimerAsync(Renewal);
            _time.Advance(Renewal);
            await _platform.NextAsync("POST /v1/clients/digits/heartbeat");
        }

        _platform.Seen.Count(call => call.Request.StartsWith("PUT", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_client_the_registry_has_lost_is_registered_again()
    {
        await using var app = await StartAsync();
        await _platform.NextAsync("PUT /v1/clients/digits");
        await _time.WaitForTimerAsync(Renewal);

        _platform.Clients.Clear();
        _time.Advance(Renewal);

        await _platform.NextAsync("PUT /v1/clients/digits");
        _platform.Clients.Keys.ShouldBe(["digits"]);
    }

    [Fact]
    public async Task A_registry_that_is_away_is_asked_again_after_growing_waits_until_it_answers()
    {
        _platform.Fault = (context, _) =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        await using var app = await StartAsync();

        foreach (var milliseconds in new[] { 250, 500, 1000, 2000, 4000 })
        {
            await _platform.NextAsync("PUT /v1/clients/digits");
            await _time.WaitForTimerAsync(TimeSpan.FromMilliseconds(milliseconds));
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        }

        await _platform.NextAsync("PUT /v1/clients/digits");
        await _time.WaitForTimerAsync(Renewal);
        _platform.Fault = null;
        _time.Advance(Renewal);
        await _platform.NextAsync("PUT /v1/clients/digits");
        _platform.Clients.Keys.ShouldBe(["digits"]);
    }

    [Fact]
    public async Task A_refused_registration_leaves_the_application_running_and_is_tried_again()
    {
        _platform.Fault = async (context, call) =>
        {
            await FakePlatform.ProblemAsync(context, 422, new { title = "Refused", status = 422 });
            return true;
        };
        await using var app = await StartAsync();
        await _platform.NextAsync("PUT /v1/clients/digits");
        await _time.WaitForTimerAsync(TimeSpan.FromMilliseconds(250));

        _platform.Fault = null;
        _time.Advance(TimeSpan.FromMilliseconds(250));

        await _platform.NextAsync("PUT /v1/clients/digits");
        _platform.Clients.Keys.ShouldBe(["digits"]);
    }

    [Fact]
    public async Task A_clean_shutdown_deregisters()
    {
        await using var app = await StartAsync();
        await _platform.NextAsync("PUT /v1/clients/digits");

        await app.StopAsync();

        _platform.Clients.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shutdown_does_not_wait_long_for_a_registry_that_does_not_answer()
    {
        await using var app = await StartAsync();
        await _platform.NextAsync("PUT /v1/clients/digits");
        await _time.WaitForTimerAsync(Renewal);
        var asked = new TaskCompletionSource();
        _platform.Fault = async (context, _) =>
        {
            asked.SetResult();
            await context.HangAsync();
            return true;
        };

        var stopping = app.StopAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));

        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Without_a_mapped_probe_no_probe_address_is_registered()
    {
        await using var app = await StartAsync(mapProbe: false);

        await _platform.NextAsync("PUT /v1/clients/digits");

        _platform.Clients["digits"].ProbeEndpoint.ShouldBeNull();
    }

    [Fact]
    public async Task A_probe_is_answered_before_any_other_middleware()
    {
        await using var app = Build(_ => { });
        app.Use((HttpContext _, RequestDelegate _) => throw new InvalidOperationException("A probe came through the middleware."));
        app.MapMuLambdaProbe("/ping");
        await app.StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(app.Urls.Single() + "/ping");

        ((int)answer.StatusCode).ShouldBe(204);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Addresses_come_from_service_discovery_where_none_are_set()
    {
        await using var app = Build(
            client => (client.Registry, client.Selector) = (null, null),
            ("services:registry:http:0", _platform.Address.ToString()),
            ("services:selector:http:0", _platform.Address.ToString()));
        await app.StartAsync();

        await _platform.NextAsync("PUT /v1/clients/digits");

        var decision = await app.Services.GetRequiredService<MuLambdaClient>().SelectAsync();
        decision.Executor.ShouldBe("digits-linear");
    }

    [Fact]
    public async Task Wrong_options_end_the_start_with_every_one_of_them_named()
    {
        await using var app = Build(client =>
        {
            client.Id = "Digits";
            client.Criteria = new Criteria(new Traits("classification", "image", ""), new Preference(0, 0));
            client.Registry = null;
            client.Selector = new Uri("ftp://127.0.0.1/");
            client.LeaseSeconds = 0.5;
            client.Timeout = TimeSpan.Zero;
        });

        var refusal = await Should.ThrowAsync<OptionsValidationException>(() => app.StartAsync());

        foreach (var named in new[]
        {
            "id", "criteria.required.output", "criteria.desired", "leaseSeconds", "Registry", "Selector", "Timeout",
            "services:registry:http:0",
        })
        {
            refusal.Message.ShouldContain(named);
        }
    }

    [Fact]
    public async Task Criteria_that_were_never_set_end_the_start()
    {
        await using var app = Build(client => client.Criteria = null);

        var refusal = await Should.ThrowAsync<OptionsValidationException>(() => app.StartAsync());

        refusal.Message.ShouldContain("Criteria");
    }

    [Fact]
    public void An_application_is_one_client()
    {
        var services = new ServiceCollection().AddMuLambdaClient("one", _ => { });

        Should.Throw<InvalidOperationException>(() => services.AddMuLambdaClient("two", _ => { }));
    }

    private static Criteria Wanted => new(
        new Traits("classification", "image", "label"), new Preference(0.25, 0.75), new Bounds(MinAccuracy: 0.5));

    private async Task<WebApplication> StartAsync(bool mapProbe = true)
    {
        var app = Build(_ => { });
        if (mapProbe)
        {
            app.MapMuLambdaProbe();
        }

        await app.StartAsync();
        return app;
    }

    private WebApplication Build(Action<MuLambdaClientOptions> configure, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddMuLambdaClient("digits", client =>
        {
            client.Criteria = Wanted;
            client.Registry = client.Selector = _platform.Address;
            client.Node = "edge-1";
            client.LeaseSeconds = Lease;
            configure(client);
        });
        return builder.Build();
    }
}
