using MuLambda.Registry.Configuration;

namespace MuLambda.Registry.Models;

/// <summary>Where uploads are unpacked; what a crash left there is removed at the start.</summary>
internal sealed class UploadWorkspace(RegistryOptions options)
{
    private readonly string _root = Path.GetFullPath(Path.Combine(options.State, "uploads"));

    public void Clear()
    {
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }

        Directory.CreateDirectory(_root);
    }

    /// <summary>A directory of one upload; it goes with its disposal.</summary>
    public UploadDirectory Create() => new(Path.Combine(_root, Guid.NewGuid().ToString("N")));
}
