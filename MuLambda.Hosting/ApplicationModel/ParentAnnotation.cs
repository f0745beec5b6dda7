namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The resource is shown below <paramref name="Parent"/>.</summary>
internal sealed record ParentAnnotation(IResource Parent) : IResourceAnnotation;
