using System.Text.Json;

namespace MuLambda.Scaler.Local;

/// <summary>The files of one launched executor.</summary>
/// <param name="path">Its directory.</param>
internal sealed class ExecutorDirectory(string path)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int TailBytes = 4096;

    public string Path => path;

    /// <summary>Its time is renewed as long as the executor is wanted.</summary>
    public string KeepAlive { get; } = System.IO.Path.Combine(path, "keep-alive");

    /// <summary>Here the executor tells how far its models are.</summary>
    public string Phases { get; } = System.IO.Path.Combine(path, "phases.jsonl");

    public string Output { get; } = System.IO.Path.Combine(path, "output.log");

    private string Record { get; } = System.IO.Path.Combine(path, "launch.json");

    private string Process { get; } = System.IO.Path.Combine(path, "pid");

    /// <summary>Makes a directory that only its owner may look into.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Owner);
        }
    }

    /// <summary>Writes the record down, whole or not at all.</summary>
    public void Write(LaunchRecord record)
    {
        Create(path);
        var next = Record + ".next";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.LaunchRecord));
        File.Move(next, Record, overwrite: true);
    }

    /// <summary>Reads the record; null where there is none that can be read, and then no process was started either.</summary>
    public LaunchRecord? ReadRecord()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Record), RecordJson.Default.LaunchRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The process that runs it; null where none has come so far as to say so.</summary>
    public ProcessIdentity? ReadProcess()
    {
        try
        {
            return ProcessIdentity.Parse(File.ReadAllText(Process));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Says that no process shall run it that has not said so yet: one that was just being started when its launcher was killed sees it and ends.
    /// </summary>
    /// <returns>False where a process was first.</returns>
    public bool TryAbandon()
    {
        try
        {
            using var file = new FileStream(Process, FileMode.CreateNew);
            return true;
        }
        catch (IOException)
        {
            return File.Exists(Process) && new FileInfo(Process).Length == 0;
        }
    }

    /// <summary>Renews the time of the file that keeps it alive.</summary>
    public void Touch()
    {
        try
        {
            using var file = new FileStream(KeepAlive, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory has been removed, or the disk is full; the next time comes soon.
        }
    }

    /// <summary>The last line that it wrote; null for none.</summary>
    public string? LastLine()
    {
        try
        {
            using var file = new FileStream(Output, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Delete()
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be removed is found without a process by the next launcher.
        }
    }
}
