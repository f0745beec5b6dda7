using MuLambda.Executor.Launching;
using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>A version on the disk.</summary>
/// <param name="path">Its directory, or its only file.</param>
internal sealed class DirectoryFiles(string path) : IModelFiles, IEquatable<DirectoryFiles>
{
    public string Path => path;

    // Files that may change at any time have no name under which something made of them could be found again.
    public string? PreparedPath => null;

    /// <summary>Sizes and times of the files, without reading them.</summary>
    public long Stamp()
    {
        try
        {
            return File.Exists(path)
                ? StampOf(new FileInfo(path))
                : new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories)
                    .Aggregate(0L, (sum, file) => unchecked(sum + StampOf(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    public Task<PreparedModel?> OpenPreparedAsync(CancellationToken cancellationToken) => Task.FromResult<PreparedModel?>(null);

    public Task<OpenedFiles> OpenAsync(LoadProgress progress, CancellationToken cancellationToken) =>
        Task.FromResult(new OpenedFiles(path));

    public bool Equals(DirectoryFiles? other) => other is not null && other.Path == path;

    public override bool Equals(object? obj) => Equals(obj as DirectoryFiles);

    public override int GetHashCode() => path.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => path;

    private static long StampOf(FileInfo file) => unchecked((file.LastWriteTimeUtc.Ticks * 31) + file.Length);
}
