using System.Buffers;

namespace MuLambda.Inference;

/// <summary>Managed memory that is somebody else's (a received message's), pinned while the tensor lives.</summary>
internal sealed unsafe class PinnedStorage(ReadOnlyMemory<byte> memory) : TensorStorage
{
    private MemoryHandle handle = memory.Pin();

    ~PinnedStorage() => handle.Dispose();

    public override void* Address => handle.Pointer;

    public override bool Writable => false;

    public override void Dispose()
    {
        handle.Dispose();
        GC.SuppressFinalize(this);
    }
}
