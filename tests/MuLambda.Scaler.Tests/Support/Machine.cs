using System.Diagnostics;
using System.Text;

namespace MuLambda.Scaler.Tests.Support;

/// <summary>Looks at the processes of this machine.</summary>
internal static class Machine
{
    /// <summary>The processes that carry a text in their command line: the executors that a state directory launched, and what they became.</summary>
    public static IReadOnlyList<int> Processes(string text)
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out var id) && Command(directory).Contains(text, StringComparison.Ordinal))
            {
                found.Add(id);
            }
        }

        return found;
    }

    public static void Kill(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            found.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }

    private static string Command(string directory)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(directory, "cmdline"))).Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
