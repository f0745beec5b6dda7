using MuLambda.Hosting.ApplicationModel;

namespace MuLambda.Hosting;

/// <summary>Containers.</summary>
public static class ContainerResourceBuilderExtensions
{
    /// <summary>Adds a container of an image's <c>latest</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="image">The image.</param>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image) =>
        builder.AddContainer(name, image, "latest");

    /// <summary>Adds a container.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="image">The image.</param>
    /// <param name="tag">The image's tag.</param>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image, string tag)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(image);
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        return builder.AddResource(new ContainerResource(name)).WithAnnotation(new ContainerImageAnnotation(image, tag));
    }

    /// <summary>Mounts a volume that lives on when the container ends.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="name">The volume's name; anonymous when null.</param>
    /// <param name="target">Where, inside the container.</param>
    /// <param name="isReadOnly">Whether the container may only read it.</param>
    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        return builder.WithAnnotation(new ContainerMountAnnotation(name, target, IsBind: false, isReadOnly));
    }

    /// <summary>Mounts an anonymous volume.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="target">Where, inside the container.</param>
    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string target)
        where T : ContainerResource => builder.WithVolume(null, target);

    /// <summary>Mounts a file or directory of this machine.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="source">The file or directory, relative to the AppHost's directory.</param>
    /// <param name="target">Where, inside the container.</param>
    /// <param name="isReadOnly">Whether the container may only read it.</param>
    public static IResourceBuilder<T> WithBindMount<T>(this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        var path = Path.GetFullPath(Path.Combine(builder.ApplicationBuilder.AppHostDirectory, source));
        return builder.WithAnnotation(new ContainerMountAnnotation(path, target, IsBind: true, isReadOnly));
    }

    /// <summary>Replaces the image's entry point.</summary>
    /// <param name="builder">The container.</param>
    /// <param name="entrypoint">The program inside the container.</param>
    public static IResourceBuilder<T> WithEntrypoint<T>(this IResourceBuilder<T> builder, string entrypoint)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(entrypoint);
        builder.Resource.Entrypoint = entrypoint;
        return builder;
    }
}
