using Microsoft.AspNetCore.Builder;

namespace MuLambda.Registry.Tests;

/// <summary>A registry in this process, on a port of its own, over a real database and directory.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly string[] _options;
    private readonly TimeProvider? _time;
    private WebApplication? _app;
    private string _urls = "http://127.0.0.1:0";

    private RegistryServer(string[] options, TimeProvider? time)
    {
        _options = options;
        _time = time;
    }

    public string State => _directory.File("state");

    public HttpClient Http { get; private set; } = null!;

    public RegistryClient Client { get; private set; } = null!;

    public static async Task<RegistryServer> StartAsync(TimeProvider? time = null, params string[] options)
    {
        var server = new RegistryServer(options, time);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again, at the address it had.</summary>
    public async Task StartAsync()
    {
        _app = await RegistryHost.BuildAsync(
            ["--urls", _urls, "--state", State, "--Logging:LogLevel:Default", "None", .. _options], _time);
        await _app.StartAsync();
        _urls = _app.Urls.Single();
        Http = new HttpClient { BaseAddress = new Uri(_urls), Timeout = Deadline.Time };
        Client = new RegistryClient(Http);
    }

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync(Deadline.Token());
            await app.DisposeAsync();
            Http.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }
}
