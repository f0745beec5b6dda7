namespace MuLambda.Hosting.ApplicationModel;

/// <summary>A volume (anonymous when <paramref name="Source"/> is null) or a directory of this machine, inside a container.</summary>
internal sealed record ContainerMountAnnotation(string? Source, string Target, bool IsBind, bool IsReadOnly) : IResourceAnnotation;
