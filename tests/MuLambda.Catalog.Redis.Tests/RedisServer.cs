using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MuLambda.Catalog.Tests;
using StackExchange.Redis;

namespace MuLambda.Catalog.Redis.Tests;

/// <summary>A Redis server: a process of its own on a directory of its own.</summary>
public sealed class RedisServer : IAsyncLifetime, IDisposable
{
    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(static directory => Path.Combine(directory, "redis-server")).FirstOrDefault(File.Exists);

    private readonly TestDirectory _directory = new();
    private readonly string[] _settings;
    private Process? _process;
    private int _port;

    /// <summary>A server that loses nothing it has acknowledged.</summary>
    public RedisServer()
        : this("--appendonly", "yes", "--appendfsync", "always")
    {
    }

    internal RedisServer(params string[] settings) => _settings = settings;

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Missing => Program is null ? "redis-server is not on the PATH" : null;

    public string Configuration => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public async Task InitializeAsync()
    {
        // The port that is free now may be taken when the server comes to it.
        for (var attempt = 0; Program is not null && attempt < 5 && _process is null; attempt++)
        {
            _port = FreePort();
            await StartAsync();
        }
    }

    /// <summary>Starts it, again on the same port and directory.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo(Program!)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _directory.Path,
        };
        string[] arguments =
        [
            "--bind", "127.0.0.1", "--port", _port.ToString(CultureInfo.InvariantCulture), "--save", "",
            "--dir", _directory.Path, .. _settings,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(Deadline.Token()) is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _process = process;
                _ = process.StandardOutput.ReadToEndAsync();
                return;
            }
        }

        process.Dispose();
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(Deadline.Token());
        _process.Dispose();
        _process = null;
    }

    /// <summary>Holds it, so that it takes bytes and answers none; and lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Deadline.Token());
        kill.ExitCode.ShouldBe(0);
    }

    /// <summary>Talks to it past the store.</summary>
    public async Task<RedisResult> CommandAsync(string command, params object[] arguments)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(Configuration);
        var result = await connection.GetDatabase().ExecuteAsync(command, arguments);
        connection.Close(allowCommandsToComplete: false);
        return result;
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }
    }

    public void Dispose() => _directory.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
