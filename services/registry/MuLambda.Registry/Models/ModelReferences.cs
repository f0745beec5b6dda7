using MuLambda.Registry.Storage;

namespace MuLambda.Registry.Models;

/// <summary>
/// Keeps executors and the models they name together: registrations share it, a model's deletion has it alone, so
/// that no executor is registered with a model that is deleted between the look and the write.
/// </summary>
internal sealed class ModelReferences : IDisposable
{
    public SharedGate Gate { get; } = new();

    public void Dispose() => Gate.Dispose();
}
