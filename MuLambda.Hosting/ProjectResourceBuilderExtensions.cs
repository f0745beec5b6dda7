using System.Net.Sockets;
using MuLambda.Hosting.ApplicationModel;
using MuLambda.Hosting.Launching;

namespace MuLambda.Hosting;

/// <summary>.NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project, run from its build output. A web project listens on an endpoint <c>http</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="projectPath">The project file, relative to the AppHost's directory.</param>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(projectPath);
        var path = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, projectPath.Replace('\\', Path.DirectorySeparatorChar)));
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(new ProjectPathAnnotation(path));
        if (ProjectFile.IsWeb(path))
        {
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, "http", name: "http") { IsImplicit = true });
        }

        return project;
    }

    /// <summary>Runs several processes of the project, each with its own ports.</summary>
    /// <param name="builder">The project.</param>
    /// <param name="replicas">How many, at least 1.</param>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }
}
