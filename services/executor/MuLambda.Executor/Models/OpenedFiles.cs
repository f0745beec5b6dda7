namespace MuLambda.Executor.Models;

/// <summary>The files of a version, ready to be loaded.</summary>
/// <param name="path">The directory or file.</param>
/// <param name="temporary">A directory to delete afterwards, or null.</param>
internal sealed class OpenedFiles(string path, DirectoryInfo? temporary = null) : IDisposable
{
    public string Path => path;

    /// <summary>The size of all files, also those in directories.</summary>
    public long Bytes() => File.Exists(path)
        ? new FileInfo(path).Length
        : new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public void Dispose() => temporary?.Delete(recursive: true);
}
