namespace MuLambda.Hosting.ApplicationModel;

/// <summary>The resource starts after <paramref name="Dependency"/>: once it is healthy or, with an exit code, once it has exited with it.</summary>
internal sealed record WaitAnnotation(IResource Dependency, int? ExitCode) : IResourceAnnotation;
