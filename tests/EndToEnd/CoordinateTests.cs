using System.Net;
using System.Net.Sockets;
using System.Text;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Hosting;
using MuLambda.Hosting.Testing;
using MuLambda.Selection;
using MuLambda.Selection.Coordinates;

namespace EndToEnd;

/// <summary>Three probers, each on a node of its own, share the measuring of clients: real processes over real connections.</summary>
public sealed class CoordinateTests : IAsyncLifetime, IDisposable
{
    private const int Clients = 6;
    private static readonly string[] Nodes = ["attic", "cellar", "edge"];

    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("mulambda-coordinates-");
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private DistributedApplication _app = null!;
    private Task _answering = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        _listener.Start();
        _answering = AnswerAsync();
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            AssemblyName = typeof(CoordinateTests).Assembly.GetName().Name,
            ProjectDirectory = Repository.Root,
            Args = ["--state", _state.FullName, "--container-command", "none"],
        });
        var registry = builder.AddProject("registry", Path.Combine(Repository.Root, "services/registry/MuLambda.Registry/MuLambda.Registry.csproj"))
            .WithHttpHealthCheck("/health")
            .WithEnvironment("Registry__State", Path.Combine(_state.FullName, "registry"));
        foreach (var node in Nodes)
        {
            builder.AddProject($"prober-{node}", Path.Combine(Repository.Root, "services/prober/MuLambda.Prober/MuLambda.Prober.csproj"))
                .WithArgs("--node", node, "--probe-interval", "1", "--probe-timeout", "1")
                .WithEnvironment("Prober__MeasureAllUpTo", "0")
                .WithEnvironment("Prober__NodesPerClient", "2")
                .WithEnvironment("Prober__NearNodesPerClient", "0")
                .WithReference(registry)
                .WaitFor(registry);
        }

        _app = builder.Build();
        using var patience = new CancellationTokenSource(Platform.Patience);
        await _app.StartAsync(patience.Token);
        await _app.ResourceNotifications.WaitForResourceHealthyAsync("registry", patience.Token);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _stop.CancelAsync();
        _listener.Stop();
        await _answering;
        _state.Delete(recursive: true);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_round_trip_that_nobody_measured_is_predicted_from_what_two_of_three_nodes_did()
    {
        using var http = _app.CreateHttpClient("registry");
        var registry = new RegistryClient(http);
        for (var i = 0; i < Clients; i++)
        {
            await registry.PutClientAsync(new Client(
                $"app-{i}",
                new Criteria(new Traits("classification", "image", "label"), new Preference(1, 0)),
                ProbeEndpoint: $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));
        }

        await Platform.WaitUntilAsync(
            "three coordinates", async () => (await registry.ListNodesAsync()).Count(node => node.Coordinate is not null) == Nodes.Length);
        await Platform.WaitUntilAsync(
            "two reports a client", async () => (await registry.ListLatenciesAsync()).Count >= 2 * Clients);

        var reports = (await registry.ListLatenciesAsync()).ToDictionary(report => CatalogSnapshot.LatencyId(report.Node, report.Client));
        reports.Count.ShouldBe(2 * Clients);
        (await registry.ListNodesAsync()).Select(node => node.Id).ShouldBe(Nodes);
        PredictedPairs(await registry.ListNodesAsync(), [.. reports.Values]).ShouldBe(Clients);
    }

    /// <summary>The pairs that nobody measured and coordinates answer for, all of a round trip that loopback may have.</summary>
    private static int PredictedPairs(IReadOnlyList<Node> nodes, IReadOnlyList<LatencyReport> reports)
    {
        var indices = nodes.Index().ToDictionary(pair => pair.Item.Id, pair => pair.Index);
        var predictor = NodeCoordinates.Lay(indices, nodes.ToDictionary(node => node.Id));
        var predicted = 0;
        foreach (var measured in reports.GroupBy(report => report.Client))
        {
            var client = new ClientRoundTrips(
                predictor,
                [.. measured.Select(report => new RoundTripSample(indices[report.Node], report.MedianMs))]);
            var (roundTripsMs, sources) = (new double[nodes.Count], new RoundTripSource[nodes.Count]);
            client.Fill(roundTripsMs, sources);
            sources.Count(source => source == RoundTripSource.Measured).ShouldBe(2);
            for (var node = 0; node < nodes.Count; node++)
            {
                if (sources[node] == RoundTripSource.Predicted)
                {
                    roundTripsMs[node].ShouldBeInRange(0.001, 1000);
                    predicted++;
                }
            }
        }

        return predicted;
    }

    /// <summary>The clients: whatever is asked, nothing is answered, over connections that stay.</summary>
    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    if (line.Length == 0)
                    {
                        await connection.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), _stop.Token);
                    }
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The prober closed it, or the test is over.
            }
        }
    }
}
