namespace MuLambda.Inference;

internal sealed unsafe class PooledStorage(NativeBuffer buffer) : TensorStorage
{
    public override void* Address => buffer.Address;

    public override void Dispose() => buffer.Return();
}
