namespace MuLambda.Hosting.ApplicationModel;

/// <summary>One part of the application: a process, a container, a value.</summary>
public interface IResource
{
    /// <summary>Its name, unique in the application.</summary>
    string Name { get; }

    /// <summary>What the builder methods attached to it.</summary>
    ResourceAnnotationCollection Annotations { get; }
}
