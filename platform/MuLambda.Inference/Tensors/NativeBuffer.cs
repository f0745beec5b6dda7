using System.Runtime.InteropServices;

namespace MuLambda.Inference;

/// <summary>Aligned native memory lent by a <see cref="TensorPool"/>.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>The cache line and the widest vector register, so that kernels read it as fast as they can.</summary>
    public const int Alignment = 64;

    private readonly TensorPool pool;
    private nint address;
    private int lent;

    public NativeBuffer(TensorPool pool, nuint capacity)
    {
        this.pool = pool;
        Capacity = capacity;
        address = (nint)NativeMemory.AlignedAlloc(capacity, Alignment);
    }

    // A tensor that nobody disposed gives its memory back here, late.
    ~NativeBuffer()
    {
        if (lent != 0)
        {
            pool.Forget();
        }

        Release();
    }

    public nuint Capacity { get; }

    public void* Address => (void*)address;

    public void Lend() => Volatile.Write(ref lent, 1);

    /// <summary>Gives the buffer back; only the first call after a <see cref="Lend"/> counts.</summary>
    public void Return()
    {
        if (Interlocked.Exchange(ref lent, 0) == 1)
        {
            pool.Return(this);
        }
    }

    /// <summary>Frees the memory for good.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        var memory = Interlocked.Exchange(ref address, 0);
        if (memory != 0)
        {
            NativeMemory.AlignedFree((void*)memory);
        }
    }
}
