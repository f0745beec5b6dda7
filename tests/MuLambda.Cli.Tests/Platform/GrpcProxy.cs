using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MuLambda.Cli.Tests.Platform;

/// <summary>Passes gRPC calls with one message each way on, and keeps the metadata they came with.</summary>
internal sealed class GrpcProxy : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly WebApplication _app;

    private GrpcProxy(WebApplication app, string server)
    {
        _app = app;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(server),
        };
    }

    /// <summary>The calls in no particular order: the method's path and the metadata.</summary>
    public ConcurrentBag<(string Path, IReadOnlyDictionary<string, string> Metadata)> Calls { get; } = [];

    public string Address { get; private set; } = "";

    public static async Task<GrpcProxy> StartAsync(string server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var proxy = new GrpcProxy(app, server);
        app.Run(proxy.PassOnAsync);
        await app.StartAsync();
        proxy.Address = app.Urls.Single();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        Calls.Add((
            context.Request.Path,
            context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString())));
        using var message = new MemoryStream();
        await context.Request.Body.CopyToAsync(message);
        using var request = new HttpRequestMessage(HttpMethod.Post, context.Request.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(message.ToArray()),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", context.Request.ContentType);
        request.Headers.TE.ParseAdd("trailers");
        using var answer = await _http.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (var name in (string[])["grpc-status", "grpc-message"])
        {
            if (answer.TrailingHeaders.TryGetValues(name, out var values))
            {
                context.Response.AppendTrailer(name, values.Single());
            }
            else if (answer.Headers.TryGetValues(name, out values))
            {
                context.Response.Headers[name] = values.Single();
            }
        }

        await answer.Content.CopyToAsync(context.Response.Body);
    }
}
