using System.Net;
using System.Net.Sockets;
using MuLambda.Hosting.Tests.Fixtures;

namespace MuLambda.Hosting.Tests;

public sealed class PortTests
{
    [Fact]
    public async Task With_a_base_ports_are_consecutive_in_declaration_order()
    {
        var first = FreeRun(4);
        await using var host = new Host("--port-base", $"{first}");
        host.AddShell("a", "exec sleep 600").WithHttpEndpoint().WithEndpoint(name: "raw");
        host.AddWeb("b").WithReplicas(2);

        await host.StartAsync();

        PortOf(host, "a", "http").ShouldBe(first);
        PortOf(host, "a", "raw").ShouldBe(first + 1);
        PortOf(host, "b", "http").ShouldBe(first + 2);
        PortOf(host, "b", "http", replica: 1).ShouldBe(first + 3);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_endpoint_that_wanted_it()
    {
        var first = FreeRun(2);
        using var taken = new TcpListener(IPAddress.Loopback, first + 1);
        taken.Start();
        await using var host = new Host("--port-base", $"{first}");
        host.AddShell("a", "exec sleep 600").WithHttpEndpoint();
        host.AddShell("b", "exec sleep 600").WithHttpEndpoint(name: "admin");

        (await Should.ThrowAsync<DistributedApplicationException>(host.StartAsync)).Message
            .ShouldBe($"Port {first + 1} for endpoint 'admin' of 'b' is taken. Choose another --port-base.");
    }

    [Fact]
    public async Task A_fixed_port_is_kept_and_cannot_be_shared_by_replicas()
    {
        var port = FreeRun(1);
        await using var host = new Host();
        host.AddWeb("one").WithHttpEndpoint(port: port);
        await host.StartAsync();
        PortOf(host, "one", "http").ShouldBe(port);

        await using var shared = new Host();
        shared.AddWeb("two").WithHttpEndpoint(targetPort: FreeRun(1)).WithReplicas(2);
        (await Should.ThrowAsync<DistributedApplicationException>(shared.StartAsync)).Message.ShouldContain("replicas");
    }

    [Fact]
    public async Task An_endpoint_is_declared_once()
    {
        await using var host = new Host();
        var worker = host.AddShell("worker", "exit").WithHttpEndpoint();

        Should.Throw<DistributedApplicationException>(() => worker.WithHttpEndpoint()).Message
            .ShouldBe("Resource 'worker' already has an endpoint 'http'.");
    }

    private static int PortOf(Host host, string resource, string endpoint, int replica = 0) =>
        new Uri(host.Endpoints(resource).GetProperty("endpoints").GetProperty(endpoint)[replica].GetString()!).Port;

    private static int FreeRun(int count)
    {
        // Above the range the host chooses from, below the range of outgoing connections.
        var candidates = Enumerable.Range(0, 100).Select(_ => Random.Shared.Next(32_000, 32_750));
        return candidates.First(first => Enumerable.Range(first, count).All(Ports.PortAllocator.IsFree));
    }
}
