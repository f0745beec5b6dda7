using System.Text;

namespace MuLambda.Registry.Models.Archives;

/// <summary>
/// The directory an archive is unpacked to. Every name is taken apart and checked before anything is written, and the bytes
/// are counted as they come, whatever the archive declares.
/// </summary>
internal sealed class ArchiveTarget(string root, ArchiveLimits limits, long archiveBytes)
{
    private readonly long _maxBytes = limits.BytesFor(archiveBytes);

    // A name that differs from another only in case would be the same file elsewhere.
    private readonly HashSet<string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _directories = new(StringComparer.OrdinalIgnoreCase);
    private long _bytes;
    private int _entries;

    /// <summary>The bytes written.</summary>
    public long Bytes => _bytes;

    public void AddDirectory(string name)
    {
        Count();
        var segments = Segments(name.TrimEnd('/'));
        if (segments.Count > 0 && !IsLitter(segments))
        {
            Enter(name, segments, segments.Count);
        }
    }

    public async Task AddFileAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        Count();
        var segments = Segments(name);
        if (IsLitter(segments))
        {
            return;
        }

        Enter(name, segments, segments.Count - 1);
        var path = string.Join('/', segments);
        if (segments.Count == 0 || _directories.Contains(path) || !_files.Add(path))
        {
            throw new ArchiveException($"The entry '{Show(name)}' is in the archive twice.");
        }

        await using var file = new FileStream(
            Path.Combine(root, Path.Combine([.. segments])), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true);
        var buffer = new byte[128 * 1024];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            _bytes += read;
            if (_bytes > _maxBytes)
            {
                throw new ArchiveException(
                    $"The files of the archive are larger than {_maxBytes} bytes (at most {limits.Bytes}, and {limits.Ratio} times "
                    + $"the {archiveBytes} bytes of the archive).",
                    tooLarge: true);
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>A name fit to be shown: not endless and without control characters.</summary>
    public static string Show(string name) =>
        new([.. name.Take(100).Select(static c => char.IsControl(c) ? '?' : c)]);

    private static List<string> Segments(string name)
    {
        if (name.Length > ArchiveLimits.NameLength)
        {
            throw new ArchiveException(
                $"The name of the entry '{Show(name)}…' is longer than {ArchiveLimits.NameLength} characters.");
        }

        var segments = name.Split('/').Where(static s => s != ".").ToList();
        if (name.Length == 0 || name.Any(static c => char.IsControl(c) || c is '\\' or ':')
            || segments.Exists(static s => s.Length == 0 || s == ".." || Encoding.UTF8.GetByteCount(s) > ArchiveLimits.SegmentBytes))
        {
            throw new ArchiveException(
                $"The entry '{Show(name)}' does not have a relative path inside the archive.");
        }

        return segments.Count <= ArchiveLimits.Depth
            ? segments
            : throw new ArchiveException($"The entry '{Show(name)}' lies deeper than {ArchiveLimits.Depth} directories.");
    }

    /// <summary>What macOS adds to archives is no part of a model.</summary>
    private static bool IsLitter(List<string> segments) =>
        segments.Count > 0
        && (segments[0] == "__MACOSX" || segments[^1] == ".DS_Store" || segments[^1].StartsWith("._", StringComparison.Ordinal));

    private void Count()
    {
        if (++_entries > limits.Entries)
        {
            throw new ArchiveException($"The archive has more than {limits.Entries} entries.", tooLarge: true);
        }
    }

    private void Enter(string name, List<string> segments, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var path = string.Join('/', segments.Take(i));
            if (_files.Contains(path))
            {
                throw new ArchiveException($"The entry '{Show(name)}' lies in a file.");
            }

            if (_directories.Add(path))
            {
                Directory.CreateDirectory(Path.Combine(root, Path.Combine([.. segments.Take(i)])));
            }
        }
    }
}
