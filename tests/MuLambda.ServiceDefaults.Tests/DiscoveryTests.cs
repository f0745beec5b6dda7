using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.ServiceDefaults.Discovery;

namespace MuLambda.ServiceDefaults.Tests;

public sealed class DiscoveryTests
{
    [Fact]
    public async Task A_request_for_a_service_by_name_reaches_its_configured_address()
    {
        await using var target = await ServiceUnderTest.StartAsync(app => app.MapGet("/who", () => "target"));
        await using var caller = await ServiceUnderTest.StartAsync(_ => { }, new Dictionary<string, string?>
        {
            ["services:registry:http:0"] = target.Address.ToString(),
            ["services:registry:grpc:0"] = target.Address.ToString(),
        });
        var client = caller.App.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

        (await client.GetStringAsync(new Uri("http://registry/who"))).ShouldBe("target");
        (await client.GetStringAsync(new Uri("http://_grpc.registry/who"))).ShouldBe("target");
        (await client.GetStringAsync(new Uri(target.Address, "/who"))).ShouldBe("target", "addresses stay as they are");
    }

    [Fact]
    public void Instances_take_turns_in_the_order_of_their_index()
    {
        var endpoints = Endpoints(("services:executor:http:1", "http://127.0.0.1:2"), ("services:executor:http:0", "http://127.0.0.1:1"));

        endpoints.GetAll("executor").Select(uri => uri.Port).ShouldBe([1, 2]);
        Enumerable.Range(0, 4).Select(_ => endpoints.Next("executor")!.Port).Order().ShouldBe([1, 1, 2, 2]);
    }

    [Fact]
    public void A_service_that_is_not_configured_has_no_address()
    {
        Endpoints().Next("registry").ShouldBeNull();
        Endpoints().GetAll("registry").ShouldBeEmpty();
    }

    [Fact]
    public void An_address_that_is_no_url_is_refused_by_its_key()
    {
        var error = Should.Throw<InvalidOperationException>(() => Endpoints(("services:registry:http:0", "nowhere")).Next("registry"));

        error.Message.ShouldContain("services:registry:http:0");
        error.Message.ShouldContain("nowhere");
    }

    private static ServiceEndpoints Endpoints(params (string Key, string Value)[] settings) => new(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
            .Build());
}
