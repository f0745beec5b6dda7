using System.Globalization;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting;

/// <summary>What can be said of resources.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds arguments.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="args">The arguments.</param>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithArgs((object[])args);

    /// <summary>Adds arguments.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="args">The arguments: text, or values such as endpoints and parameters that are resolved when the resource starts.</param>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params object[] args)
        where T : IResourceWithArgs
    {
        ArgumentNullException.ThrowIfNull(args);
        return builder.WithArgs(context =>
        {
            foreach (var arg in args)
            {
                context.Args.Add(arg);
            }
        });
    }

    /// <summary>Adds arguments when the resource starts.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="callback">Adds them.</param>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Action<CommandLineArgsCallbackContext> callback)
        where T : IResourceWithArgs
    {
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithArgs(context =>
        {
            callback(context);
            return Task.CompletedTask;
        });
    }

    /// <summary>Adds arguments when the resource starts.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="callback">Adds them.</param>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Func<CommandLineArgsCallbackContext, Task> callback)
        where T : IResourceWithArgs
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithAnnotation(new CommandLineArgsCallbackAnnotation(callback));
    }

    /// <summary>The resource starts when another is healthy (runs, if it has no health check).</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="dependency">The other.</param>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dependency);
        return builder.WithAnnotation(new WaitAnnotation(dependency.Resource, ExitCode: null));
    }

    /// <summary>The resource starts when another has ended.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="dependency">The other.</param>
    /// <param name="exitCode">With what it must have ended.</param>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0)
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dependency);
        return builder.WithAnnotation(new WaitAnnotation(dependency.Resource, exitCode));
    }

    /// <summary>Shows the resource below another.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="parent">The other.</param>
    public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> parent)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(parent);
        return builder.WithParentRelationship(parent.Resource);
    }

    /// <summary>Shows the resource below another.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="parent">The other.</param>
    public static IResourceBuilder<T> WithParentRelationship<T>(this IResourceBuilder<T> builder, IResource parent)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(parent);
        return builder.WithAnnotation(new ParentAnnotation(parent), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>The resource is healthy when a GET is answered as expected.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="path">The path; <c>/</c> when null.</param>
    /// <param name="statusCode">The status expected; 200 when null.</param>
    /// <param name="endpointName">The endpoint; its first HTTP one when null.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithHttpHealthCheck(() => HealthEndpoint(builder.Resource, endpointName), path, statusCode);
    }

    /// <summary>The resource is healthy when a GET is answered as expected.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="endpointSelector">Chooses the endpoint; its first HTTP one when null.</param>
    /// <param name="path">The path; <c>/</c> when null.</param>
    /// <param name="statusCode">The status expected; 200 when null.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, Func<EndpointReference>? endpointSelector, string? path = null, int? statusCode = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new HttpHealthCheckAnnotation(
            endpointSelector ?? (() => HealthEndpoint(builder.Resource, null)), path ?? "/", statusCode ?? 200));
    }

    private static EndpointReference HealthEndpoint(IResourceWithEndpoints resource, string? name)
    {
        name ??= resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme is "http")?.Name
            ?? throw new DistributedApplicationException(string.Create(
                CultureInfo.InvariantCulture, $"Resource '{resource.Name}' has a health check but no HTTP endpoint."));
        return new EndpointReference(resource, name);
    }
}
