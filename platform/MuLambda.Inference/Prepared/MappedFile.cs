using System.IO.MemoryMappedFiles;

namespace MuLambda.Inference.Prepared;

/// <summary>A file in memory, without a copy of it. Whoever replaces the file leaves what is mapped as it is.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private readonly int length;

    private MappedFile(MemoryMappedFile file, int length)
    {
        (this.file, this.length) = (file, length);
        view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += view.PointerOffset;
    }

    /// <summary>The whole file; not to be read once it is disposed.</summary>
    public ReadOnlySpan<byte> Bytes => new(start, length);

    /// <exception cref="IOException">It is not there, empty or too large, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static MappedFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        try
        {
            if (stream.Length is 0 or > int.MaxValue)
            {
                throw new IOException($"{path} has {stream.Length} bytes.");
            }

            var file = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedFile(file, (int)stream.Length);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public ReadOnlySpan<byte> Slice(PreparedSlice slice) => Bytes.Slice(slice.Offset, slice.Length);

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
