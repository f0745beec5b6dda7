namespace MuLambda.Hosting.ApplicationModel;

/// <summary>Adds arguments when the resource starts.</summary>
internal sealed record CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> Callback) : IResourceAnnotation;
