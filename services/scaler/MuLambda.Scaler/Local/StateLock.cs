namespace MuLambda.Scaler.Local;

/// <summary>Lets one launcher at a time act on a state directory; the system gives the lock back when its process ends, in whatever way.</summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null where another process has it.</summary>
    /// <param name="directory">The state directory, which is made where it is not there.</param>
    public static StateLock? TryTake(string directory)
    {
        ExecutorDirectory.Create(directory);
        try
        {
            return new StateLock(new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
