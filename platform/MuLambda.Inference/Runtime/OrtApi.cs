using System.Runtime.InteropServices;
using System.Text;

namespace MuLambda.Inference.Runtime;

/// <summary>ONNX Runtime's C API: one method for each function that is called, no policy.</summary>
internal static unsafe class OrtApi
{
    /// <summary>The version of the table asked for; every release from 1.17 on answers it.</summary>
    public const uint Version = 17;

    private static readonly Lazy<nint> Base = new(LoadBase);
    private static readonly Lazy<nint> Loaded = new(LoadTable);

    /// <summary>The release of the library, such as <c>1.22.0</c>.</summary>
    public static string LibraryVersion =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)((nint*)Base.Value)[1])()) ?? "";

    private static nint* Table => (nint*)Loaded.Value;

    public static nint CreateEnv(int logLevel, ReadOnlySpan<byte> logId)
    {
        nint env = 0;
        fixed (byte* id = logId)
        {
            Check(((delegate* unmanaged[Cdecl]<int, byte*, nint*, nint>)Table[(int)OrtFunction.CreateEnv])(logLevel, id, &env));
        }

        return env;
    }

    /// <summary>Calls a function that takes one object and returns a status.</summary>
    public static void Call(OrtFunction function, nint target) =>
        Check(((delegate* unmanaged[Cdecl]<nint, nint>)Table[(int)function])(target));

    /// <summary>Calls a function that takes one object and a number and returns a status.</summary>
    public static void Call(OrtFunction function, nint target, int value) =>
        Check(((delegate* unmanaged[Cdecl]<nint, int, nint>)Table[(int)function])(target, value));

    /// <summary>Calls a function whose only parameter is the object it makes.</summary>
    public static nint Create(OrtFunction function)
    {
        nint result = 0;
        Check(((delegate* unmanaged[Cdecl]<nint*, nint>)Table[(int)function])(&result));
        return result;
    }

    /// <summary>Calls a function that gives something of one object: a pointer or a size.</summary>
    public static nint Get(OrtFunction function, nint source)
    {
        nint result = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, nint*, nint>)Table[(int)function])(source, &result));
        return result;
    }

    /// <summary>Calls a function that gives a number of one object.</summary>
    public static int GetInt(OrtFunction function, nint source)
    {
        var result = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, int*, nint>)Table[(int)function])(source, &result));
        return result;
    }

    /// <summary>Calls a function that gives the part of an object at an index.</summary>
    public static nint GetAt(OrtFunction function, nint source, nuint index)
    {
        nint result = 0;
        Check(((delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint>)Table[(int)function])(source, index, &result));
        return result;
    }

    /// <summary>The name of a session's input or output.</summary>
    public static string GetName(OrtFunction function, nint session, nuint index, nint allocator)
    {
        byte* name = null;
        Check(((delegate* unmanaged[Cdecl]<nint, nuint, nint, byte**, nint>)Table[(int)function])(session, index, allocator, &name));
        try
        {
            return Marshal.PtrToStringUTF8((nint)name) ?? "";
        }
        finally
        {
            Check(((delegate* unmanaged[Cdecl]<nint, void*, nint>)Table[(int)OrtFunction.AllocatorFree])(allocator, name));
        }
    }

    public static nint CreateSession(nint env, ReadOnlySpan<byte> model, nint options)
    {
        nint session = 0;
        fixed (byte* data = model)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, byte*, nuint, nint, nint*, nint>)Table[(int)OrtFunction.CreateSessionFromArray])(
                env, data, (nuint)model.Length, options, &session));
        }

        return session;
    }

    public static void AddSessionConfig(nint options, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint>)Table[(int)OrtFunction.AddSessionConfigEntry])(options, k, v));
        }
    }

    /// <summary>Names the file that a session leaves its optimised graph in.</summary>
    public static void SetOptimizedModelPath(nint options, string path)
    {
        // The library takes paths as its system writes them.
        fixed (byte* p = OperatingSystem.IsWindows() ? Encoding.Unicode.GetBytes(path + '\0') : Encoding.UTF8.GetBytes(path + '\0'))
        {
            Check(((delegate* unmanaged[Cdecl]<nint, byte*, nint>)Table[(int)OrtFunction.SetOptimizedModelFilePath])(options, p));
        }
    }

    public static nint CreateCpuMemoryInfo(int allocatorType, int memoryType)
    {
        nint info = 0;
        Check(((delegate* unmanaged[Cdecl]<int, int, nint*, nint>)Table[(int)OrtFunction.CreateCpuMemoryInfo])(
            allocatorType, memoryType, &info));
        return info;
    }

    public static nint CreateTensor(nint memoryInfo, void* data, nuint bytes, ReadOnlySpan<long> shape, int elementType)
    {
        nint value = 0;
        fixed (long* dims = shape)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint>)Table[
                (int)OrtFunction.CreateTensorWithDataAsOrtValue])(memoryInfo, data, bytes, dims, (nuint)shape.Length, elementType, &value));
        }

        return value;
    }

    public static nint CreateOwnedTensor(nint allocator, ReadOnlySpan<long> shape, int elementType)
    {
        nint value = 0;
        fixed (long* dims = shape)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, long*, nuint, int, nint*, nint>)Table[(int)OrtFunction.CreateTensorAsOrtValue])(
                allocator, dims, (nuint)shape.Length, elementType, &value));
        }

        return value;
    }

    public static void SetString(nint value, nuint index, ReadOnlySpan<byte> content)
    {
        byte* buffer = null;
        Check(((delegate* unmanaged[Cdecl]<nint, nuint, nuint, byte**, nint>)Table[
            (int)OrtFunction.GetResizedStringTensorElementBuffer])(value, index, (nuint)content.Length, &buffer));
        content.CopyTo(new Span<byte>(buffer, content.Length));
    }

    public static byte[] GetString(nint value, nuint index)
    {
        var bytes = new byte[checked((int)GetAt(OrtFunction.GetStringTensorElementLength, value, index))];
        fixed (byte* buffer = bytes)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, nuint, nuint, byte*, nint>)Table[(int)OrtFunction.GetStringTensorElement])(
                value, (nuint)bytes.Length, index, buffer));
        }

        return bytes;
    }

    public static void GetDimensions(nint shapeInfo, Span<long> dimensions)
    {
        fixed (long* dims = dimensions)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, long*, nuint, nint>)Table[(int)OrtFunction.GetDimensions])(
                shapeInfo, dims, (nuint)dimensions.Length));
        }
    }

    public static void Run(
        nint session, nint runOptions, ReadOnlySpan<nint> inputNames, ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputNames, Span<nint> outputs)
    {
        fixed (nint* inName = inputNames, inValue = inputs, outName = outputNames, outValue = outputs)
        {
            Check(((delegate* unmanaged[Cdecl]<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)Table[(int)OrtFunction.Run])(
                session, runOptions, inName, inValue, (nuint)inputs.Length, outName, (nuint)outputs.Length, outValue));
        }
    }

    /// <summary>Releases an object; null is nothing to release.</summary>
    public static void Release(OrtFunction function, nint target)
    {
        if (target != 0)
        {
            ((delegate* unmanaged[Cdecl]<nint, void>)Table[(int)function])(target);
        }
    }

    private static void Check(nint status)
    {
        if (status != 0)
        {
            Throw(status);
        }
    }

    private static void Throw(nint status)
    {
        int code;
        string message;
        try
        {
            code = ((delegate* unmanaged[Cdecl]<nint, int>)Table[(int)OrtFunction.GetErrorCode])(status);
            message = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint, nint>)Table[(int)OrtFunction.GetErrorMessage])(status)) ?? "";
        }
        finally
        {
            Release(OrtFunction.ReleaseStatus, status);
        }

        throw new InferenceException(InferenceError.Runtime, message, nativeStatus: code);
    }

    private static nint LoadBase()
    {
        var library = OrtLibrary.Load();
        return NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var entry)
            ? ((delegate* unmanaged[Cdecl]<nint>)entry)()
            : throw new InferenceException(InferenceError.RuntimeMissing, "The native library is not ONNX Runtime: it has no OrtGetApiBase.");
    }

    private static nint LoadTable()
    {
        var table = ((delegate* unmanaged[Cdecl]<uint, nint>)((nint*)Base.Value)[0])(Version);
        return table != 0
            ? table
            : throw new InferenceException(InferenceError.RuntimeMissing, $"The native ONNX Runtime is older than API version {Version}.");
    }
}
