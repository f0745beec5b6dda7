using MuLambda.Executor.Options;

namespace MuLambda.Executor.Models;

/// <summary>A model this executor serves; its status is replaced whole, so requests read it without a lock.</summary>
internal sealed class ServedModel(ModelSource source)
{
    private ModelStatus _status = new(ModelState.Loading, source.Version ?? 0);

    public ModelSource Source => source;

    public string Name => source.Name;

    public ModelStatus Status
    {
        get => Volatile.Read(ref _status);
        set => Volatile.Write(ref _status, value);
    }
}
