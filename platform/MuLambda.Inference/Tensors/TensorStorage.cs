namespace MuLambda.Inference;

/// <summary>Where a tensor's bytes lie, and how they are given back.</summary>
internal abstract unsafe class TensorStorage : IDisposable
{
    public abstract void* Address { get; }

    /// <summary>False where the bytes belong to somebody who relies on them not to change.</summary>
    public virtual bool Writable => true;

    /// <summary>Gives the memory back; called once.</summary>
    public abstract void Dispose();
}
