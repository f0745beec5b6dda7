using System.Buffers;

namespace MuLambda.Inference;

/// <summary>A tensor's native memory as <see cref="Memory{T}"/>; valid until the tensor is disposed.</summary>
internal sealed unsafe class TensorMemory(Tensor tensor) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => new(tensor.Address, checked((int)tensor.ByteLength));

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, tensor.ByteLength);
        return new MemoryHandle((byte*)tensor.Address + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
