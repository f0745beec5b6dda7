namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The image a container runs.</summary>
internal sealed record ContainerImageAnnotation(string Image, string Tag) : IResourceAnnotation;
