using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace MuLambda.Client.Tests.Registration;

public sealed class ProbeAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5001", "http://127.0.0.1:5001/ping")]
    [InlineData("http://0.0.0.0:5001", "http://127.0.0.1:5001/ping")]
    [InlineData("http://[::]:5001", "http://127.0.0.1:5001/ping")]
    [InlineData("http://*:5001", "http://127.0.0.1:5001/ping")]
    [InlineData("http://[::1]:5001", "http://[::1]:5001/ping")]
    [InlineData("http://edge-1:5001", "http://edge-1:5001/ping")]
    [InlineData("https://127.0.0.1:5002;http://127.0.0.1:5001", "http://127.0.0.1:5001/ping")]
    [InlineData("http://unix:/tmp/app.sock", null)]
    [InlineData("", null)]
    public void The_probe_is_where_the_server_is_bound(string bound, string? expected)
    {
        var server = new BoundServer(bound.Split(';', StringSplitOptions.RemoveEmptyEntries));
        using var services = new ServiceCollection().AddSingleton<IServer>(server).BuildServiceProvider();

        new ProbeAddress(services) { Path = "/ping" }.Find().ShouldBe(expected);
    }

    [Fact]
    public void An_application_without_a_server_has_no_probe()
    {
        using var services = new ServiceCollection().BuildServiceProvider();

        new ProbeAddress(services) { Path = "/ping" }.Find().ShouldBeNull();
    }

    private sealed class BoundServer : IServer, IServerAddressesFeature
    {
        public BoundServer(IEnumerable<string> addresses)
        {
            Addresses = [.. addresses];
            Features.Set<IServerAddressesFeature>(this);
        }

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public ICollection<string> Addresses { get; }

        public bool PreferHostingUrls { get; set; }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
