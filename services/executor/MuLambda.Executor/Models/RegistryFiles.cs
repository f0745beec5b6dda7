using MuLambda.Catalog;
using MuLambda.Executor.Launching;
using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>A version of the registry.</summary>
/// <param name="source">Fetches it.</param>
/// <param name="model">The version; the same files have the same SHA-256.</param>
internal sealed class RegistryFiles(RegistrySource source, Model model) : IModelFiles, IEquatable<RegistryFiles>
{
    /// <summary>The artifact.</summary>
    public string Sha256 => model.Sha256;

    // What has this SHA-256 never changes.
    public long Stamp() => 0;

    public string PreparedPath => source.PreparedPath(model);

    public Task<PreparedModel?> OpenPreparedAsync(CancellationToken cancellationToken) => source.OpenPreparedAsync(model, cancellationToken);

    public async Task<OpenedFiles> OpenAsync(LoadProgress progress, CancellationToken cancellationToken)
    {
        progress.Reached(LoadPhase.Downloading);
        var artifact = await source.GetAsync(model, progress.Waiting, cancellationToken);
        var directory = Directory.CreateTempSubdirectory(Leftovers.UnpackedPrefix);
        var opened = new OpenedFiles(directory.FullName, directory);
        try
        {
            await TarArtifact.UnpackAsync(artifact, directory.FullName, cancellationToken);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public bool Equals(RegistryFiles? other) => other is not null && other.Sha256 == Sha256;

    public override bool Equals(object? obj) => Equals(obj as RegistryFiles);

    public override int GetHashCode() => Sha256.GetHashCode(StringComparison.Ordinal);
}
