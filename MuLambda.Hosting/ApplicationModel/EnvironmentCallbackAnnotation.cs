namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Adds environment variables when the resource starts.</summary>
internal sealed record EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> Callback) : IResourceAnnotation;
