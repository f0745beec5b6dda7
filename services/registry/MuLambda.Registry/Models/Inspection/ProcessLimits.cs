using System.Runtime.InteropServices;

namespace MuLambda.Registry.Models.Inspection;

/// <summary>Limits this process for good. On systems other than Linux only its deadline holds.</summary>
internal static class ProcessLimits
{
    private const int DataResource = 2;
    private const int CoreResource = 4;

    /// <param name="memoryBytes">The most private memory; what is asked for beyond fails.</param>
    public static void Apply(long memoryBytes)
    {
        if (OperatingSystem.IsLinux())
        {
            Set(DataResource, memoryBytes);
            // A crash is expected; its memory is worth nothing.
            Set(CoreResource, 0);
        }
    }

    private static void Set(int resource, long bytes)
    {
        var limit = new Limit { Soft = (nuint)bytes, Hard = (nuint)bytes };
        if (SetLimit(resource, ref limit) != 0)
        {
            throw new InvalidOperationException($"The process cannot be limited (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, ref Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
