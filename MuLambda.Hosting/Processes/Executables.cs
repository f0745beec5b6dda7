namespace MuLambda.Hosting.Processes;

/// <summary>Finds programs.</summary>
internal static class Executables
{
    /// <summary>The absolute path of a program: a path (relative to <paramref name="workingDirectory"/>) or a name on PATH; null when there is none.</summary>
    public static string? Find(string command, string workingDirectory)
    {
        if (!command.Contains(Path.DirectorySeparatorChar) && !command.Contains('/'))
        {
            return OnPath(command);
        }

        var path = Path.GetFullPath(Path.Combine(workingDirectory, command));
        return IsExecutable(path) ? path : null;
    }

    /// <summary>The absolute path of a program on PATH; null when there is none.</summary>
    public static string? OnPath(string name)
    {
        string[] suffixes = OperatingSystem.IsWindows() ? [".exe", ".cmd", ""] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(directory => suffixes.Select(suffix => Path.Combine(directory, name + suffix)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode anyone = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & anyone) != 0);
    }
}
