using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MuLambda.ServiceDefaults.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task A_service_that_works_is_healthy_and_alive()
    {
        await using var service = await ServiceUnderTest.StartAsync(_ => { });

        (await service.Client.GetAsync(new Uri(service.Address, "/health"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.Client.GetAsync(new Uri(service.Address, "/alive"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_service_that_waits_for_something_is_alive_but_not_healthy_and_says_what_it_waits_for()
    {
        await using var service = await ServiceUnderTest.StartAsync(_ => { }, configure: builder =>
            builder.Services.AddHealthChecks().AddCheck("catalog", () => HealthCheckResult.Unhealthy("no snapshot yet")));

        var health = await service.Client.GetAsync(new Uri(service.Address, "/health"));
        health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await health.Content.ReadAsStringAsync()).ShouldContain("no snapshot yet");
        (await service.Client.GetAsync(new Uri(service.Address, "/alive"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
