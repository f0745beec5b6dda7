using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MuLambda.Client;

/// <summary>Makes an application a client of the platform.</summary>
public static class MuLambdaClientExtensions
{
    /// <summary>
    /// Adds a <see cref="MuLambdaClient"/>, and keeps the application registered with its criteria: from when its server has
    /// started until it shuts down, again whenever the registry has lost it, and trying on while the registry is away.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="id">The client's id.</param>
    /// <param name="configure">Sets criteria, and what else differs from the defaults.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidOperationException">A client was added before; an application is one client.</exception>
    public static IServiceCollection AddMuLambdaClient(
        this IServiceCollection services, string id, Action<MuLambdaClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(MuLambdaClient)))
        {
            throw new InvalidOperationException("AddMuLambdaClient was called before; an application is one client.");
        }

        services.AddOptions<MuLambdaClientOptions>()
            .Configure(options => options.Id = id)
            .Configure(configure)
            .PostConfigure<IServiceProvider>(Discover)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<MuLambdaClientOptions>, MuLambdaClientOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ProbeAddress>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<MuLambdaClientOptions>>().Value;
            return new MuLambdaClient(
                options.Id,
                options.Selector!,
                new CallOptions(options.Timeout, options.MaxAttempts),
                provider.GetRequiredService<TimeProvider>());
        });
        services.AddHostedService<ClientRegistrar>();
        return services;
    }

    private static void Discover(MuLambdaClientOptions options, IServiceProvider services)
    {
        var configuration = services.GetService<IConfiguration>();
        options.Registry ??= Address(configuration, "services:registry:http:0");
        options.Selector ??= Address(configuration, "services:selector:http:0");
    }

    // What is no URL stays one that is not absolute, for the validator to name.
    private static Uri? Address(IConfiguration? configuration, string key) =>
        configuration?[key] is { Length: > 0 } value ? new Uri(value, UriKind.RelativeOrAbsolute) : null;
}
