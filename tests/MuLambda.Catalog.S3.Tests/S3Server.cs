using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using MuLambda.Catalog.S3;
using MuLambda.Catalog.Tests;

namespace MuLambda.Catalog.S3.Tests;

/// <summary>An S3 server: a process of its own on a directory of its own.</summary>
public sealed class S3Server : IAsyncLifetime, IDisposable
{
    private readonly TestDirectory _directory = new();
    private Process? _process;
    private int _port;

    public async Task InitializeAsync() => await StartAsync();

    public async Task StartAsync()
    {
        var script = typeof(S3Server).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "S3Server").Value!;
        _process = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { script, _directory.Path },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await _process.StandardOutput.ReadLineAsync(Deadline.Token());
        _port = int.Parse(line.ShouldNotBeNull("the S3 server does not start"), CultureInfo.InvariantCulture);
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(Deadline.Token());
        _process.Dispose();
        _process = null;
    }

    public S3ArtifactOptions Options(string bucket, string secret = "S3RVER") => new()
    {
        Endpoint = new Uri($"http://127.0.0.1:{_port}"),
        AccessKey = "S3RVER",
        SecretKey = secret,
        Bucket = bucket,
        PartBytes = S3ArtifactOptions.MinPartBytes,
        Timeout = TimeSpan.FromSeconds(20),
        Retries = 1,
    };

    /// <summary>The multipart uploads that the server keeps for a bucket, neither completed nor aborted.</summary>
    public IEnumerable<string> Uploads(string bucket) =>
        Directory.EnumerateDirectories(_directory.File(bucket), "*_uploads").SelectMany(Directory.EnumerateDirectories);

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }
    }

    public void Dispose() => _directory.Dispose();
}
