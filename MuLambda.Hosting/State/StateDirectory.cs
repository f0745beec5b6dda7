using System.Globalization;

namespace MuLambda.Hosting.State;

/// <summary>The directory in which a running application keeps its state. One host at a time.</summary>
internal sealed class StateDirectory : IDisposable
{
    private const string LockName = "host.lock";
    private readonly FileStream _lock;

    private StateDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>Where it is when nobody says: <c>.mulambda</c> in the nearest directory above that holds a solution or a repository.</summary>
    public static string Default(string appHostDirectory)
    {
        for (var directory = new DirectoryInfo(appHostDirectory); directory is not null; directory = directory.Parent)
        {
            // .git is a directory in a clone and a file in a work tree.
            var git = System.IO.Path.Combine(directory.FullName, ".git");
            if (directory.EnumerateFiles("*.sln").Any() || Directory.Exists(git) || File.Exists(git))
            {
                return System.IO.Path.Combine(directory.FullName, ".mulambda");
            }
        }

        return System.IO.Path.Combine(appHostDirectory, ".mulambda");
    }

    /// <summary>Creates it, readable by its owner only, and holds it until disposed.</summary>
    /// <exception cref="DistributedApplicationException">Another host holds it, or it cannot be written.</exception>
    public static StateDirectory Hold(string path)
    {
        var lockPath = System.IO.Path.Combine(path, LockName);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
                Directory.CreateDirectory(path, ownerOnly);
                File.SetUnixFileMode(path, ownerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"The state directory {path} cannot be used: {e.Message}");
        }

        FileStream held;
        try
        {
            // The operating system releases the lock when the host ends, however it ends.
            held = new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DistributedApplicationException($"The state directory {path} cannot be used: {e.Message}");
        }
        catch (IOException)
        {
            throw new DistributedApplicationException(
                $"Another host{Holder(path)} uses the state directory {path}. Stop it, or choose another directory with --state.");
        }

        File.WriteAllText(System.IO.Path.Combine(path, "host.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new StateDirectory(path, held);
    }

    public void Dispose()
    {
        File.Delete(System.IO.Path.Combine(Path, "host.pid"));
        _lock.Dispose();
    }

    private static string Holder(string path)
    {
        try
        {
            return $" (process {File.ReadAllText(System.IO.Path.Combine(path, "host.pid"))})";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
