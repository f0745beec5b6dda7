using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.ServiceDefaults.Resilience;

namespace MuLambda.ServiceDefaults.Tests;

public sealed class ResilienceTests
{
    [Fact]
    public async Task A_get_that_meets_a_passing_failure_is_answered_by_a_later_attempt()
    {
        var (calls, client, service) = await FailingAsync(failures: 2);
        await using var _ = service;

        var answer = await client.GetAsync(new Uri(service.Address, "/work"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        calls().ShouldBe(3);
    }

    [Fact]
    public async Task Retries_have_a_budget()
    {
        var (calls, client, service) = await FailingAsync(failures: int.MaxValue);
        await using var _ = service;

        var answer = await client.GetAsync(new Uri(service.Address, "/work"));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        calls().ShouldBe(1 + ResilienceHandler.MaxRetries);
    }

    [Fact]
    public async Task A_post_is_sent_once()
    {
        var (calls, client, service) = await FailingAsync(failures: 1);
        await using var _ = service;

        var answer = await client.PostAsync(new Uri(service.Address, "/work"), new StringContent("x"));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        calls().ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_is_sent_once_since_it_cannot_be_read_again()
    {
        var (calls, client, service) = await FailingAsync(failures: 1);
        await using var _ = service;

        var answer = await client.PutAsync(new Uri(service.Address, "/work"), new StreamContent(new MemoryStream([1, 2, 3])));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        calls().ShouldBe(1);
    }

    private static async Task<(Func<int> Calls, HttpClient Client, ServiceUnderTest Service)> FailingAsync(int failures)
    {
        var calls = 0;
        var service = await ServiceUnderTest.StartAsync(app => app.Map("/work", (HttpResponse response) =>
        {
            response.StatusCode = Interlocked.Increment(ref calls) <= failures
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status200OK;
        }));
        var client = service.App.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        return (() => Volatile.Read(ref calls), client, service);
    }
}
