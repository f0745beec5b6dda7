namespace MuLambda.Executor.Tests.Support;

/// <summary>A directory of one test.</summary>
internal sealed class TempFolder : IDisposable
{
    // Short: the paths of sockets are limited.
    public string Path { get; } = Directory.CreateTempSubdirectory("mx-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
