using System.Globalization;
using MuLambda.Benchmarks.Targets;

namespace MuLambda.Benchmarks.Proxying;

/// <summary>nginx in front of an executor's REST and gRPC APIs, as one would set it up for speed: connections that stay open, no log, nothing on disk.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private const string Program = "nginx";

    private readonly ServerProcess process;
    private readonly DirectoryInfo folder;

    private Nginx(ServerProcess process, DirectoryInfo folder, Uri address, string grpc) =>
        (this.process, this.folder, Address, Grpc) = (process, folder, address, grpc);

    /// <summary>Where it passes on REST.</summary>
    public Uri Address { get; }

    /// <summary>Where it passes on gRPC.</summary>
    public string Grpc { get; }

    /// <summary>Why it cannot run; null when it can.</summary>
    public static string? Missing() => Find() is null ? "nginx is neither on the PATH nor in /usr/sbin; this benchmark needs it (Debian: apt-get install nginx)." : null;

    /// <summary>Starts it.</summary>
    /// <param name="executor">Where the executor's REST API is.</param>
    /// <param name="executorGrpc">Where its gRPC API is.</param>
    public static async Task<Nginx> StartAsync(Uri executor, Uri executorGrpc)
    {
        var folder = Directory.CreateTempSubdirectory("mulambda-bench-");
        var (port, grpcPort) = (FreePort.Next(), FreePort.Next());
        var file = Path.Combine(folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, Configuration(folder.FullName, port, executor, grpcPort, executorGrpc));
        var (process, _) = await ServerProcess.StartAsync(
            Find()!, ["-p", folder.FullName, "-e", "stderr", "-c", file], "start worker process ");
        return new Nginx(process, folder, new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}")), FormattableString.Invariant($"http://127.0.0.1:{grpcPort}"));
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    internal static string Configuration(string folder, int port, Uri executor, int grpcPort, Uri executorGrpc) => string.Create(CultureInfo.InvariantCulture, $$"""
        daemon off;
        worker_processes 2;
        pid {{folder}}/nginx.pid;
        error_log stderr notice;
        events {
          worker_connections 1024;
        }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          client_body_buffer_size 1m;
          client_max_body_size 64m;
          keepalive_requests 1000000000;
          upstream executor {
            server {{executor.Authority}};
            keepalive 128;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://executor;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
          upstream executor_grpc {
            server {{executorGrpc.Authority}};
            keepalive 128;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:{{grpcPort}} http2;
            location / {
              grpc_pass grpc://executor_grpc;
            }
          }
        }

        """);

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, Program))
        .FirstOrDefault(File.Exists);
}
