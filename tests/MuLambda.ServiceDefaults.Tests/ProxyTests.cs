using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace MuLambda.ServiceDefaults.Tests;

public sealed class ProxyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("registry")]
    public async Task Services_reach_each_other_without_the_environments_proxy(string client)
    {
        await using var service = await ServiceUnderTest.StartAsync(
            _ => { }, configure: builder => builder.Services.AddHttpClient("registry"));

        Innermost(service, client).ShouldBeOfType<SocketsHttpHandler>().UseProxy.ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_that_brings_its_own_handler_keeps_it()
    {
        using var proxied = new SocketsHttpHandler { UseProxy = true, Proxy = new WebProxy("http://127.0.0.1:1") };
        await using var service = await ServiceUnderTest.StartAsync(
            _ => { },
            configure: builder => builder.Services.AddHttpClient("outside").ConfigurePrimaryHttpMessageHandler(() => proxied));

        Innermost(service, "outside").ShouldBeSameAs(proxied);
        proxied.UseProxy.ShouldBeTrue();
    }

    private static HttpMessageHandler Innermost(ServiceUnderTest service, string client)
    {
        var handler = service.App.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(client);
        while (handler is DelegatingHandler { InnerHandler: { } inner })
        {
            handler = inner;
        }

        return handler;
    }
}
