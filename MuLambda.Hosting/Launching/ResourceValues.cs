using System.Globalization;
using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting.Launching;

/// <summary>Turns what the AppHost gave as argument or variable into text.</summary>
internal static class ResourceValues
{
    public static async Task<string?> ResolveAsync(object value, ValueProviderContext context, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(context, cancellationToken),
        IValueProvider provider => await provider.GetValueAsync(context, cancellationToken),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The arguments of a resource.</summary>
    public static async Task<List<string>> ArgumentsAsync(IResource resource, int replica, LaunchContext launch, CancellationToken cancellationToken)
    {
        var args = new List<object>();
        var context = new CommandLineArgsCallbackContext(args, resource, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var asker = new ValueProviderContext { Caller = resource, ExecutionContext = launch.ExecutionContext, ReplicaIndex = replica };
        var resolved = new List<string>(args.Count);
        foreach (var arg in args)
        {
            resolved.Add(await ResolveAsync(arg, asker, cancellationToken)
                ?? throw new DistributedApplicationException($"An argument of resource '{resource.Name}' has no value."));
        }

        return resolved;
    }
}
