using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MuLambda.Hosting.Tests.Fixtures;

/// <summary>
/// What the tests run as a process of its own: a web service (first argument <c>serve</c>), or an AppHost whose one
/// resource is the shell script in FIXTURE_SCRIPT.
/// </summary>
internal sealed class Program
{
    private static async Task Main(string[] args)
    {
        if (args is ["serve", ..])
        {
            await ServeAsync(args);
            return;
        }

        var builder = DistributedApplication.CreateBuilder(args);
        builder.AddParameter("greeting", "hello");
        builder.AddExecutable("worker", "sh", ".", "-c", Environment.GetEnvironmentVariable("FIXTURE_SCRIPT") ?? "exec sleep 600");
        builder.AddProject("web", FixtureProject.Create(builder.Configuration["MuLambda:State"]!))
            .WithArgs("serve")
            .WithHttpHealthCheck("/health");
        await builder.Build().RunAsync();
    }

    private static async Task ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/health", () => File.Exists(Environment.GetEnvironmentVariable("SICK_WHILE_FILE") ?? "") ? Results.StatusCode(503) : Results.Ok());
        app.MapGet("/args", () => args);
        app.MapGet("/pid", () => Environment.ProcessId);
        app.MapGet("/env/{name}", (string name) => Environment.GetEnvironmentVariable(name) is { } value ? Results.Text(value) : Results.NotFound());
        await app.RunAsync();
    }
}
