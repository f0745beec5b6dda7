using System.Runtime.InteropServices;

namespace MuLambda.Hosting.Processes;

/// <summary>Signals to processes and process groups; none on Windows.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Signals a process.</summary>
    public static void SendToProcess(int processId, int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Send(processId, signal);
        }
    }

    /// <summary>Signals all members of a process group.</summary>
    public static void SendToGroup(int groupId, int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Send(-groupId, signal);
        }
    }

    /// <summary>Whether a process group has members.</summary>
    public static bool GroupExists(int groupId) => !OperatingSystem.IsWindows() && Send(-groupId, 0) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int processId, int signal);
}
