using MuLambda.TensorFlowJs.Json;

namespace MuLambda.TensorFlowJs.Weights;

/// <summary>The files of a group, read one after the other as one sequence of bytes.</summary>
internal sealed class ShardFiles : IDisposable
{
    private readonly List<FileStream> files = [];
    private int current;

    private ShardFiles()
    {
    }

    /// <summary>The bytes that have not been read.</summary>
    public long Remaining { get; private set; }

    /// <exception cref="TensorFlowJsException">A file is not there, or lies outside the directory.</exception>
    public static ShardFiles Open(WeightGroup group, string directory)
    {
        var shards = new ShardFiles();
        try
        {
            foreach (var member in group.Shards)
            {
                var file = Open(member, directory);
                shards.files.Add(file);
                shards.Remaining += file.Length;
            }

            return shards;
        }
        catch
        {
            shards.Dispose();
            throw;
        }
    }

    /// <summary>Fills the buffer; there have to be bytes enough.</summary>
    public void ReadExactly(Span<byte> buffer)
    {
        Remaining -= buffer.Length;
        while (!buffer.IsEmpty)
        {
            var read = current < files.Count ? files[current].Read(buffer) : throw new EndOfStreamException("A weight file became shorter.");
            if (read == 0)
            {
                current++;
            }

            buffer = buffer[read..];
        }
    }

    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    /// <summary>A weight file's path from the model's directory, which it does not lead out of.</summary>
    /// <exception cref="TensorFlowJsException">It does, or is no path of that kind.</exception>
    public static string CheckedPath(JsonMember member)
    {
        var path = member.Text();
        if (path.Length == 0 || path.AsSpan().IndexOfAny("\\:\0") >= 0 || Path.IsPathRooted(path))
        {
            throw member.Wrong($"is '{path}', which is no relative path with slashes");
        }

        // Stricter than need be: no converter writes such parts.
        return path.Split('/').All(part => part is not ("" or "." or ".."))
            ? path
            : throw member.Wrong($"is '{path}', which leads out of the model's directory or about in it");
    }

    private static FileStream Open(JsonMember member, string directory)
    {
        var path = Path.Combine(directory, CheckedPath(member));
        if (HasLink(path, directory))
        {
            throw member.Wrong($"is '{member.Text()}', a link that may lead out of the model's directory");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw member.Wrong($"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether the file, or a directory between it and the model's, is a link: it could point anywhere.</summary>
    private static bool HasLink(string path, string directory)
    {
        for (var at = path; at is not null && at.Length > directory.Length; at = Path.GetDirectoryName(at))
        {
            if (new FileInfo(at).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }
}
