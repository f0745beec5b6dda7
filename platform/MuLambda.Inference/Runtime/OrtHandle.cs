using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MuLambda.Inference.Runtime;

/// <summary>Owns an object of ONNX Runtime, or plain native memory, and releases it once nobody uses it.</summary>
internal sealed unsafe class OrtHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly OrtFunction? release;

    public OrtHandle(nint value, OrtFunction release)
        : this(value, (OrtFunction?)release)
    {
    }

    private OrtHandle(nint value, OrtFunction? release)
        : base(ownsHandle: true)
    {
        this.release = release;
        SetHandle(value);
    }

    public nint Value => handle;

    /// <summary>Owns memory of <see cref="NativeMemory.Alloc(nuint)"/>.</summary>
    public static OrtHandle ForMemory(nint block) => new(block, release: null);

    protected override bool ReleaseHandle()
    {
        if (release is { } function)
        {
            OrtApi.Release(function, handle);
        }
        else
        {
            NativeMemory.Free((void*)handle);
        }

        return true;
    }
}
