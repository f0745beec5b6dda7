using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using MuLambda.Prober.Probes;
using MuLambda.Prober.Tests.Support;

namespace MuLambda.Prober.Tests.Probes;

public class ProbeConnectionTests
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task The_first_round_trip_of_a_connection_is_not_counted()
    {
        var delays = new ConcurrentQueue<double>([100, 7, 9]);
        await using var client = await LocalServer.StartAsync(context =>
        {
            delays.TryDequeue(out var delay).ShouldBeTrue();
            _clock.Advance(TimeSpan.FromMilliseconds(delay));
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        using var connection = Connect(client.Url);

        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Answered>().RoundTrip.ShouldBe(TimeSpan.FromMilliseconds(7));
        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Answered>().RoundTrip.ShouldBe(TimeSpan.FromMilliseconds(9));
        client.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_does_not_answer_counts_as_the_timeout()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = await LocalServer.StartAsync(context =>
        {
            asked.TrySetResult();
            return context.HangAsync();
        });
        using var connection = Connect(client.Url);

        var probe = ProbeAsync(connection);
        await asked.Task.WaitAsync(Deadlines.Generous);
        probe.IsCompleted.ShouldBeFalse();
        await _clock.TickAsync(ProbeTimeout);

        (await probe).ShouldBe(new ProbeResult.TimedOut(ProbeTimeout));
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_is_never_connected()
    {
        await using var client = await LocalServer.StartAsync(Empty);
        using var connection = Connect(client.Url, allow: "10.0.0.0/8");

        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Refused>().Reason.ShouldContain("127.0.0.1");
        client.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("203.0.113.5", false)]
    public async Task A_name_is_judged_by_the_address_it_stands_for(string resolved, bool permitted)
    {
        await using var client = await LocalServer.StartAsync(Empty);
        using var connection = Connect(
            new Uri($"http://app.example:{client.Port}/probe"), (_, _) => Task.FromResult(new[] { IPAddress.Parse(resolved) }));

        var result = await ProbeAsync(connection);

        (result is ProbeResult.Answered).ShouldBe(permitted);
        (result is ProbeResult.Refused).ShouldBe(!permitted);
        client.Connections.ShouldBe(permitted ? 1 : 0);
    }

    [Fact]
    public async Task A_name_with_an_allowed_and_another_address_is_connected_at_the_allowed_one()
    {
        await using var client = await LocalServer.StartAsync(Empty);
        using var connection = Connect(
            new Uri($"http://app.example:{client.Port}/probe"),
            (_, _) => Task.FromResult(new[] { IPAddress.Parse("203.0.113.5"), IPAddress.Loopback }));

        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Answered>();
    }

    [Fact]
    public async Task A_name_is_resolved_and_checked_anew_for_each_connection()
    {
        var answers = new ConcurrentQueue<string>(["127.0.0.1", "203.0.113.5"]);
        await using var client = await LocalServer.StartAsync(context =>
        {
            context.Response.Headers.Connection = "close";
            return Empty(context);
        });
        using var connection = Connect(
            new Uri($"http://app.example:{client.Port}/"),
            (_, _) => Task.FromResult(new[] { IPAddress.Parse(answers.TryDequeue(out var next) ? next : "203.0.113.5") }));

        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Refused>();
        client.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await LocalServer.StartAsync(Empty);
        await using var client = await LocalServer.StartAsync(context =>
        {
            context.Response.Redirect(elsewhere.Url.AbsoluteUri);
            return Task.CompletedTask;
        });
        using var connection = Connect(client.Url);

        (await ProbeAsync(connection)).ShouldBe(new ProbeResult.Failed("It answers 302."));
        elsewhere.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task An_endless_answer_is_not_read()
    {
        await using var client = await LocalServer.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[1024]);
            }
        });
        using var connection = Connect(client.Url);

        (await ProbeAsync(connection)).ShouldBe(new ProbeResult.Failed("It answers with more than 4096 bytes."));
    }

    [Fact]
    public async Task A_client_that_closes_its_connections_has_no_warm_round_trip()
    {
        await using var client = await LocalServer.StartAsync(context =>
        {
            context.Response.Headers.Connection = "close";
            return Empty(context);
        });
        using var connection = Connect(client.Url);

        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Failed>().Reason.ShouldContain("closes the connection");
    }

    [Fact]
    public async Task A_client_that_is_gone_says_nothing_about_its_distance()
    {
        await using var client = await LocalServer.StartAsync(Empty);
        using var connection = Connect(client.Url);
        await client.StopAsync();

        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Failed>();
    }

    [Fact]
    public async Task A_node_whose_network_is_slow_measures_it()
    {
        await using var client = await LocalServer.StartAsync(Empty);
        using var connection = Connect(client.Url, leave: _ =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(30));
            return Task.CompletedTask;
        });

        (await ProbeAsync(connection)).ShouldBeOfType<ProbeResult.Answered>().RoundTrip.ShouldBe(TimeSpan.FromMilliseconds(30));
    }

    private ProbeConnection Connect(
        Uri endpoint,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
        string? allow = null,
        Func<CancellationToken, Task>? leave = null) => new(
            endpoint,
            new ProbeConnector(new AllowedTargets(allow is null ? [] : [allow]), resolve ?? Dns.GetHostAddressesAsync),
            ProbeTimeout,
            TimeSpan.FromMinutes(1),
            _clock,
            leave);

    private static Task<ProbeResult> ProbeAsync(ProbeConnection connection) =>
        connection.ProbeAsync(CancellationToken.None).WaitAsync(Deadlines.Generous);

    private static Task Empty(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }
}
