using Microsoft.Extensions.Configuration;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting;

/// <summary>Values that the person who starts the application supplies.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter, read from the configuration <c>Parameters:{name}</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Its name.</param>
    /// <param name="secret">Whether the value must never be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ParameterResource(
            name,
            () => builder.Configuration[$"Parameters:{name}"] ?? throw new DistributedApplicationException(
                $"Parameter '{name}' has no value. Set Parameters:{name} (environment variable Parameters__{name})."),
            secret));
    }

    /// <summary>Adds a parameter that has a value when the configuration does not give one.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">The value.</param>
    /// <param name="publishValueAsDefault">Whether a deployment is offered the value.</param>
    /// <param name="secret">Whether the value must never be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ParameterResource(name, () => builder.Configuration[$"Parameters:{name}"] ?? value, secret));
    }

    /// <summary>Adds a connection string, read from the configuration <c>ConnectionStrings:{name}</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Its name.</param>
    /// <param name="environmentVariableName">The variable that consumers receive; <c>ConnectionStrings__{name}</c> when null.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ConfiguredConnectionStringResource(name, builder.Configuration, environmentVariableName));
    }
}
