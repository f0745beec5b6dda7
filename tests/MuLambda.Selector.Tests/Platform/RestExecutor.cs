using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog;

namespace MuLambda.Selector.Tests;

/// <summary>A real server that speaks TensorFlow Serving's REST API only.</summary>
internal sealed class RestExecutor(WebApplication app, string id) : IAsyncDisposable
{
    public Executor Registration() => new(
        id, "local", [new ModelReference(id, 1)], new ExecutorEndpoints(app.Urls.First()), ExecutorState.Ready);

    public static async Task<RestExecutor> StartAsync(string id, Func<string, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/models/{model}/versions/{version}:predict", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await answer(await reader.ReadToEndAsync(), context);
        });
        await app.StartAsync();
        return new RestExecutor(app, id);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
