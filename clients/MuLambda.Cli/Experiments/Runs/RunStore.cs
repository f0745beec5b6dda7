using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MuLambda.Cli.Commands;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>
/// Finished runs in a file that grows by one entry a run: length, key, checksum, and the result as compressed JSON. Where an entry is not whole,
/// because the program or the machine stopped while it was written, it and what follows is cut off and has to be run again.
/// Safe for concurrent use; one process at a time.
/// </summary>
internal sealed class RunStore : IDisposable
{
    public const string FileName = "finished-runs.bin";

    private const int MaxEntry = 1 << 24;
    private const int ChecksumLength = 8;
    private const int HeadLength = sizeof(int) + RunKey.Length + ChecksumLength;

    private readonly FileStream _file;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long At, int Length)> _entries = new(StringComparer.Ordinal);

    private RunStore(FileStream file) => _file = file;

    /// <summary>The bytes at the file's end that were no whole entry.</summary>
    public long Lost { get; private set; }

    private static ReadOnlySpan<byte> Magic => "MULRUNS1"u8;

    /// <summary>Opens the store of a directory, which is made where it is not there.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="fresh">Whether to begin without what is there.</param>
    /// <exception cref="CliException">Another process has it open, or the file is something else.</exception>
    public static RunStore Open(string directory, bool fresh)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new CliException(ExitCodes.Failed, $"{path} cannot be opened; does another experiment write there? {e.Message}", e);
        }

        var store = new RunStore(file);
        try
        {
            store.ReadAll(path, fresh);
            return store;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A run's result; null where it is not there.</summary>
    public PaperRunResult? Find(byte[] key)
    {
        byte[] payload;
        lock (_gate)
        {
            if (!_entries.TryGetValue(Convert.ToHexString(key), out var entry))
            {
                return null;
            }

            payload = new byte[entry.Length];
            _file.Position = entry.At;
            _file.ReadExactly(payload);
        }

        using var json = new BrotliStream(new MemoryStream(payload), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(json, RunJson.Default.PaperRunResult);
    }

    /// <summary>Adds a result, and has it written before it returns.</summary>
    public void Add(byte[] key, PaperRunResult result)
    {
        using var buffer = new MemoryStream();
        using (var json = new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(json, result, RunJson.Default.PaperRunResult);
        }

        var payload = buffer.ToArray();
        var entry = new byte[HeadLength + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(entry, payload.Length);
        key.CopyTo(entry, sizeof(int));
        Checksum(key, payload).CopyTo(entry.AsSpan(sizeof(int) + RunKey.Length));
        payload.CopyTo(entry, HeadLength);
        lock (_gate)
        {
            _file.Position = _file.Length;
            _entries[Convert.ToHexString(key)] = (_file.Position + HeadLength, payload.Length);
            _file.Write(entry);
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();

    private void ReadAll(string path, bool fresh)
    {
        Span<byte> magic = stackalloc byte[Magic.Length];
        var read = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (!Magic.StartsWith(magic[..read]))
        {
            throw CliException.Usage($"{path} does not hold finished runs: remove it, or choose another --out.");
        }

        if (fresh || read < Magic.Length)
        {
            _file.SetLength(0);
            _file.Write(Magic);
            _file.Flush();
            return;
        }

        var whole = _file.Position;
        while (TryReadEntry())
        {
            whole = _file.Position;
        }

        Lost = _file.Length - whole;
        _file.SetLength(whole);
    }

    private bool TryReadEntry()
    {
        Span<byte> head = stackalloc byte[HeadLength];
        if (_file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) < HeadLength)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is < 0 or > MaxEntry || length > _file.Length - _file.Position)
        {
            return false;
        }

        var at = _file.Position;
        var payload = new byte[length];
        _file.ReadExactly(payload);
        var key = head.Slice(sizeof(int), RunKey.Length);
        if (!Checksum(key, payload).AsSpan().SequenceEqual(head[(sizeof(int) + RunKey.Length)..]))
        {
            return false;
        }

        _entries[Convert.ToHexString(key)] = (at, length);
        return true;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(key);
        hash.AppendData(payload);
        return hash.GetHashAndReset()[..ChecksumLength];
    }
}
