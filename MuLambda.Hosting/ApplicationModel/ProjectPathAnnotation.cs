namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The project file of a project resource (absolute).</summary>
internal sealed record ProjectPathAnnotation(string ProjectPath) : IResourceAnnotation;
