using System.Runtime.InteropServices;

namespace MuLambda.Scaler.Local;

/// <summary>Signals to processes and their groups; none on Windows.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Signals a process and, where it leads one, its group.</summary>
    public static void Send(int process, int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SendTo(process, signal);
            _ = SendTo(-process, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendTo(int process, int signal);
}
