using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MuLambda.Catalog.Http;
using MuLambda.Selection;
using MuLambda.ServiceDefaults;
using MuLambda.ServiceDefaults.Configuration;
using MuLambda.ServiceDefaults.Discovery;

namespace MuLambda.Selector;

/// <summary>Puts the service together.</summary>
internal static class SelectorApplication
{
    private const string RegistryClientName = "registry";

    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);

        // A line for every request says nothing and costs time on the data path; configuration may ask for them.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Microsoft.AspNetCore", nameof(LogLevel.Warning)),

                // Kestrel warns that its endpoints are set in code; they are, from the same addresses.
                new("Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel", nameof(LogLevel.Error)),
                new("Logging:LogLevel:System.Net.Http", nameof(LogLevel.Warning)),
            ],
        });
        builder.AddServiceDefaults();
        builder.Services.AddValidatedOptions<SelectorOptions>(SelectorOptions.Section)
            .Validate<ServiceEndpoints>(
                (options, endpoints) => options.Registry is not null || endpoints.GetAll(RegistryClientName).Count > 0,
                "Neither Selector:Registry nor services:registry:http:0 says where the registry is.");
        builder.Services.AddValidatedOptions<SloOptions>(SloOptions.Section);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, SelectorJson.Default));
        builder.Services.AddSingleton<SelectorListeners>();
        builder.Services.Configure<SocketTransportOptions>(static sockets =>
        {
            // The thread pool's thread that a socket's completion comes on reads and parses too, instead of handing over to another.
            sockets.UnsafePreferInlineScheduling = true;

            // A buffer of 4 KiB for a connection that is silent is less than a system call for each read.
            sockets.WaitForDataBeforeAllocatingBuffer = false;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = SelectorOptions.LargestRequestBytes;
            kestrel.ApplicationServices.GetRequiredService<SelectorListeners>().Configure(kestrel);
        });
        AddCatalog(builder.Services);
        AddSelection(builder.Services);
        AddFronts(builder.Services);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapDefaultEndpoints();
        app.MapOpenApi();
        app.MapSelect();
        app.MapCandidates();
        app.MapInfer();
        app.MapFeedback();
        app.MapSlo();
        app.MapDemand();
        app.MapTensorFlowServingRest();
        app.MapOpenInferenceRest();
        TensorFlowServingGrpc.Map(app);
        OpenInferenceGrpc.Map(app);
        if (app.Configuration.GetValue<bool>($"{SelectorOptions.Section}:{nameof(SelectorOptions.ConstantEndpoint)}"))
        {
            app.MapConstant();
        }

        return app;
    }

    private static void AddCatalog(IServiceCollection services)
    {
        // Without spans: renewals every few seconds would bury the traces of inferences.
        services.AddHttpClient(RegistryClientName, (provider, client) =>
                client.BaseAddress = provider.GetRequiredService<IOptions<SelectorOptions>>().Value.Registry
                    ?? new Uri($"http://{RegistryClientName}"))
            .UseSocketsHttpHandler(static (handler, _) => handler.ActivityHeadersPropagator = null);
        services.AddSingleton(provider => new RegistryClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(RegistryClientName),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new CatalogFeed(
            provider.GetRequiredService<RegistryClient>(), time: provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<CatalogFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogFollower>());
        services.AddHostedService<SelectorRegistration>();
        services.AddHealthChecks().AddCheck<CatalogHealth>("catalog");
    }

    private static void AddSelection(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<SelectorOptions>>().Value;
            return new SelectionIndex(
                new QuarantineOptions(
                    TimeSpan.FromMilliseconds(options.QuarantineMs), TimeSpan.FromMilliseconds(options.MaxQuarantineMs)),
                options.Id,
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<SelectorOptions>>().Value;
            return new ModelSelector(
                SelectionPolicies.Create(options.Policy, options.Seed ?? Random.Shared.NextInt64()),
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<ExecutorConnections>();
        services.AddValidatedOptions<BatchingOptions>(BatchingOptions.Section);
        services.AddSingleton<ExecutorQueues>();
        services.AddSingleton<ClientOutsides>();
        services.AddValidatedOptions<ColdStartOptions>(ColdStartOptions.Section);
        services.AddSingleton<ColdStartQueues>();
        services.AddValidatedOptions<DemandOptions>(DemandOptions.Section);
        services.AddSingleton<DemandLedger>();
        services.AddSingleton<DemandReporter>();
        services.AddSingleton<DemandStream>();
        services.AddSingleton<ConcurrencyGate>();
        services.AddSingleton<SelectorTelemetry>();
        services.AddSingleton<RequestLog>();
        services.AddSingleton<SloTrackers>();
        services.AddHostedService<SloReporter>();
        services.AddSingleton<Selecting>();
        services.AddSingleton<SelectHandler>();
        services.AddSingleton<ColdSelections>();
        services.AddSingleton<Forwarder>();
    }

    private static void AddFronts(IServiceCollection services)
    {
        services.AddSingleton<Deadlines>();
        services.AddSingleton<RestFront>();
        services.AddSingleton<GrpcFront>();
    }
}
