using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MuLambda.ServiceDefaults.Configuration;

/// <summary>Options that are bound strictly and checked when the service starts.</summary>
public static class ValidatedOptionsExtensions
{
    /// <summary>
    /// Binds <typeparamref name="TOptions"/> to a configuration section. A key the options do not have, a value that
    /// does not convert, or a violated data annotation ends the start with an error that names it.
    /// </summary>
    /// <typeparam name="TOptions">The options' class.</typeparam>
    /// <param name="services">The service collection.</param>
    /// <param name="section">The section's name.</param>
    /// <returns>The builder, for further validation.</returns>
    public static OptionsBuilder<TOptions> AddValidatedOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class =>
        services.AddOptions<TOptions>()
            .BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
}
