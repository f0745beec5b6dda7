namespace MuLambda.Inference.Runtime;

/// <summary>What ONNX Runtime has once a process.</summary>
internal sealed class OrtEnvironment
{
    // Errors come back as statuses; what the library would print beside them only repeats them.
    private const int LogFatal = 4;
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;
    private static readonly Lazy<OrtEnvironment> Instance = new(() => new OrtEnvironment());

    private OrtEnvironment()
    {
        Env = OrtApi.CreateEnv(LogFatal, "mulambda\0"u8);
        OrtApi.Call(OrtFunction.DisableTelemetryEvents, Env);
        MemoryInfo = OrtApi.CreateCpuMemoryInfo(DeviceAllocator, DefaultMemory);
        Allocator = OrtApi.Create(OrtFunction.GetAllocatorWithDefaultOptions);
    }

    public static OrtEnvironment Current => Instance.Value;

    // These three live as long as the process.
    public nint Env { get; }

    public nint MemoryInfo { get; }

    public nint Allocator { get; }

    public OrtHandle CreateSession(ReadOnlySpan<byte> model, OrtSessionSettings settings)
    {
        const int optimizeAll = 99;
        const int sequential = 0;
        using var options = new OrtHandle(OrtApi.Create(OrtFunction.CreateSessionOptions), OrtFunction.ReleaseSessionOptions);
        var o = options.Value;
        OrtApi.Call(OrtFunction.SetSessionLogSeverityLevel, o, LogFatal);
        OrtApi.Call(OrtFunction.SetSessionGraphOptimizationLevel, o, optimizeAll);
        OrtApi.Call(OrtFunction.SetSessionExecutionMode, o, sequential);
        OrtApi.Call(OrtFunction.SetIntraOpNumThreads, o, settings.IntraOpThreads);
        OrtApi.Call(OrtFunction.SetInterOpNumThreads, o, 1);
        OrtApi.Call(OrtFunction.EnableMemPattern, o);
        OrtApi.Call(OrtFunction.EnableCpuMemArena, o);
        // Idle workers sleep: other processes of this machine need the cores.
        OrtApi.AddSessionConfig(o, "session.intra_op.allow_spinning\0"u8, "0\0"u8);
        if (settings.IsPrepared)
        {
            // Read where they lie, not from a copy.
            OrtApi.AddSessionConfig(o, "session.load_model_format\0"u8, "ORT\0"u8);
            OrtApi.AddSessionConfig(o, "session.use_ort_model_bytes_directly\0"u8, "1\0"u8);
        }
        else
        {
            // The bytes are ONNX whatever they look like; the library's own binary format is not meant for strangers' files.
            OrtApi.AddSessionConfig(o, "session.load_model_format\0"u8, "ONNX\0"u8);
        }

        if (settings.SaveTo is { } path)
        {
            OrtApi.AddSessionConfig(o, "session.save_model_format\0"u8, "ORT\0"u8);
            OrtApi.SetOptimizedModelPath(o, path);
        }

        return new OrtHandle(OrtApi.CreateSession(Env, model, o), OrtFunction.ReleaseSession);
    }
}
