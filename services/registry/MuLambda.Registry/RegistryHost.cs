using System.Net;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;
using MuLambda.Catalog;
using MuLambda.Catalog.Metadata;
using MuLambda.Registry.Clients;
using MuLambda.Registry.Configuration;
using MuLambda.Registry.Deployments;
using MuLambda.Registry.Executors;
using MuLambda.Registry.Feed;
using MuLambda.Registry.Leaderships;
using MuLambda.Registry.Models;
using MuLambda.Registry.Nodes;
using MuLambda.Registry.Problems;
using MuLambda.Registry.Selectors;
using MuLambda.Registry.Slos;
using MuLambda.Registry.Storage;
using MuLambda.ServiceDefaults;
using MuLambda.ServiceDefaults.Configuration;

namespace MuLambda.Registry;

/// <summary>Puts the registry together.</summary>
internal static class RegistryHost
{
    /// <summary>Runs the registry until it is told to stop.</summary>
    /// <returns>The process' exit code: 2 for a wrong command line or wrong options, 1 where it cannot start.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await BuildAsync(args);
            await app.RunAsync();
            return 0;
        }
        catch (CommandLineException exception)
        {
            await Console.Error.WriteLineAsync($"{exception.Message}\n\n{CommandLine.Usage}");
            return 2;
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"The registry's options are wrong: {exception.Message}");
            return 2;
        }
        catch (Exception exception) when (exception is MetadataStoreException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The registry cannot start: {exception.Message}");
            return 1;
        }
    }

    /// <summary>Builds the registry with its stores open; it listens when it is started.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public static async Task<WebApplication> BuildAsync(string[] args, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(CommandLine.Parse(args));

        // A line for every request and heartbeat says nothing; configuration may ask for them.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("Logging:LogLevel:Microsoft.AspNetCore", nameof(LogLevel.Warning))],
        });
        builder.AddServiceDefaults();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestJson.MaxBytes;
        });
        var services = builder.Services;
        services.AddValidatedOptions<RegistryOptions>(RegistryOptions.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<RegistryOptions>>().Value);
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, CatalogJson.Default));
        services.AddOpenApi("v1", ApiDocument.Describe);
        services.AddSingleton<CatalogStores>();
        services.AddSingleton(static provider => provider.GetRequiredService<CatalogStores>().Metadata);
        services.AddSingleton(static provider => provider.GetRequiredService<CatalogStores>().Artifacts);
        services.AddSingleton<NounStore>();
        services.AddSingleton<ModelArtifacts>();
        services.AddSingleton<ModelReferences>();
        services.AddSingleton<LeadershipTable>();
        services.AddSingleton<UploadWorkspace>();
        services.AddSingleton<ModelUploads>();
        services.AddSingleton<ChangeFeed>();

        var app = builder.Build();
        try
        {
            // The catalog first: it proves that no other registry holds the state directory.
            await app.Services.GetRequiredService<CatalogStores>().OpenAsync(app.Lifetime.ApplicationStopping);
            app.Services.GetRequiredService<UploadWorkspace>().Clear();
            await app.Services.GetRequiredService<ModelArtifacts>().CollectAsync(app.Lifetime.ApplicationStopping);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        app.UseExceptionHandler(static _ => { });
        app.UseStatusCodePages(static context => Problem.For(
            (HttpStatusCode)context.HttpContext.Response.StatusCode, Explain(context.HttpContext)).WriteAsync(context.HttpContext));
        app.MapDefaultEndpoints();
        app.MapOpenApi();
        app.MapModels();
        app.MapExecutors();
        app.MapClients();
        app.MapNodes();
        app.MapLatencies();
        app.MapSelectors();
        app.MapSlos();
        app.MapDeployments();
        app.MapDecisions();
        app.MapLeaderships();
        app.MapFeed();
        return app;
    }

    private static string Explain(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status415UnsupportedMediaType =>
            $"{context.Request.Method} {context.Request.Path} does not take the content type '{context.Request.ContentType}'.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} has no {context.Request.Method}.",
        _ => $"{context.Request.Method} {context.Request.Path} is not an operation of the registry.",
    };
}
