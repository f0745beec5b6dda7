using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MuLambda.Timing;

/// <summary>Puts a thread to sleep until about a tenth of a millisecond after a point in time. The runtime's own sleeps tick in whole milliseconds.</summary>
public static class PreciseSleep
{
    /// <summary>What is left of a wait for the kernel's own timer, which nothing wakes early.</summary>
    internal static readonly TimeSpan Fine = TimeSpan.FromMilliseconds(1.5);

    // A wait takes at most as many milliseconds as an int holds.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Sleeps until a point in time.</summary>
    /// <param name="due">When, as a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancellationToken">Wakes the thread early.</param>
    /// <returns>Whether the time has come; false where the token fired before.</returns>
    public static bool Until(long due, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            if (left > Fine)
            {
                cancellationToken.WaitHandle.WaitOne(left < LongestWait ? left - TimeSpan.FromMilliseconds(1) : LongestWait);
            }
            else
            {
                Kernel(left);
            }
        }

        return false;
    }

    // Spinning would take the processor from what is measured.
    internal static void Kernel(TimeSpan left)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            var request = new Timespec { Nanoseconds = (nint)left.TotalNanoseconds };
            _ = NanoSleep(in request, 0);
        }
        else
        {
            Thread.Sleep(1);
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in Timespec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
