namespace MuLambda.Registry.Models;

/// <summary>The files of one upload on their way.</summary>
internal sealed class UploadDirectory : IDisposable
{
    private readonly string _path;

    public UploadDirectory(string path)
    {
        _path = path;
        Directory.CreateDirectory(Files);
    }

    /// <summary>The body as it came.</summary>
    public string Body => Path.Combine(_path, "body");

    /// <summary>The tar inside a gzipped one.</summary>
    public string Tar => Path.Combine(_path, "tar");

    /// <summary>Where it is unpacked.</summary>
    public string Files => Path.Combine(_path, "files");

    /// <summary>The canonical tar.</summary>
    public string Packed => Path.Combine(_path, "packed");

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
