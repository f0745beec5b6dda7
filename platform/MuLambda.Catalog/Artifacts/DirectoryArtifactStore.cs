using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace MuLambda.Catalog.Artifacts;

/// <summary>The embedded artifact store: a directory with a file an artifact, that one process writes.</summary>
public sealed class DirectoryArtifactStore : IArtifactStore
{
    // No key begins with a dot, so that no artifact can be in here.
    private const string Incoming = ".incoming";

    private readonly string _root;
    private readonly string _incoming;

    private DirectoryArtifactStore(string root)
    {
        _root = root;
        _incoming = Path.Combine(root, Incoming);
    }

    /// <summary>Opens the store, creating the directory where it is not there, and removes what unfinished puts left.</summary>
    /// <param name="root">The directory.</param>
    /// <returns>The store.</returns>
    public static DirectoryArtifactStore Open(string root)
    {
        var store = new DirectoryArtifactStore(Path.GetFullPath(root));
        Directory.CreateDirectory(store._incoming);
        foreach (var leftover in Directory.EnumerateFiles(store._incoming))
        {
            File.Delete(leftover);
        }

        return store;
    }

    /// <inheritdoc/>
    public async Task<ArtifactReceipt> PutAsync(
        string key, Stream content, string? sha256 = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = PathOf(key);
        var temporary = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            var (bytes, actual) = await WriteAsync(temporary, content, cancellationToken);
            if (sha256 is not null && sha256 != actual)
            {
                throw new ArtifactMismatchException(key, sha256, actual);
            }

            CreateDirectories(Path.GetDirectoryName(path)!);
            File.Move(temporary, path, overwrite: true);
            DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
            return new ArtifactReceipt(key, bytes, actual);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string key, CancellationToken cancellationToken = default)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(key), new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            }));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactInfo> ListAsync(
        string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        var artifacts = Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories)
            .Select(path => (Path: path, Key: Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/')))
            .Where(file => !file.Key.StartsWith('.') && file.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(static file => file.Key, StringComparer.Ordinal);
        foreach (var (path, key) in artifacts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = new FileInfo(path);
            if (file.Exists)
            {
                yield return new ArtifactInfo(key, file.Length);
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        var path = PathOf(key);
        if (!File.Exists(path))
        {
            return Task.FromResult(false);
        }

        File.Delete(path);
        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
        return Task.FromResult(true);
    }

    private static async Task<(long Bytes, string Sha256)> WriteAsync(
        string path, Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
        var buffer = new byte[128 * 1024];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        file.Flush(flushToDisk: true);
        return (file.Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static void CreateDirectories(string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        var parent = Path.GetDirectoryName(directory)!;
        CreateDirectories(parent);
        Directory.CreateDirectory(directory);
        DirectoryFlush.Flush(parent);
    }

    private string PathOf(string key)
    {
        ArtifactKey.Check(key);
        return Path.Combine(_root, Path.Combine(key.Split('/')));
    }
}
