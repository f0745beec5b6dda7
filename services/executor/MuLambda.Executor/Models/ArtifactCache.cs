using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MuLambda.Catalog;

namespace MuLambda.Executor.Models;

/// <summary>
/// Artifacts of the registry on the disk, so that a start needs the registry only for what is new. Artifacts lie under
/// their SHA-256 and are verified whenever they are used; what the registry said of a version lies beside them. Files
/// appear whole or not at all; several executors may share a directory.
/// </summary>
internal sealed class ArtifactCache(string directory)
{
    private string Artifacts => Path.Combine(directory, "sha256");

    private string Versions(string name) => Path.Combine(directory, "models", name);

    /// <summary>What is known of a version, or of the newest one, or null.</summary>
    public async Task<Model?> FindAsync(string name, long? version, CancellationToken cancellationToken)
    {
        var folder = Versions(name);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        IEnumerable<string> files = version is { } wanted
            ? [DescriptionPath(name, wanted)]
            : Directory.EnumerateFiles(folder, "*.json").OrderByDescending(VersionOf);
        foreach (var file in files)
        {
            if (await ReadAsync(file, cancellationToken) is { } model && File.Exists(ArtifactPath(model.Sha256)))
            {
                return model;
            }
        }

        return null;
    }

    /// <summary>The verified artifact of a model, or null; one that is damaged is deleted.</summary>
    public async Task<string?> OpenAsync(Model model, CancellationToken cancellationToken)
    {
        var path = ArtifactPath(model.Sha256);
        try
        {
            await using (var file = File.OpenRead(path))
            {
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == model.Sha256)
                {
                    return path;
                }
            }

            File.Delete(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Not there, or another executor has deleted it.
        }

        return null;
    }

    /// <summary>Stores an artifact that <paramref name="download"/> writes and verifies, and the model's description.</summary>
    public async Task<string> AddAsync(Model model, Func<Stream, Task> download, CancellationToken cancellationToken)
    {
        var path = ArtifactPath(model.Sha256);
        await WriteWholeAsync(path, download);
        await DescribeAsync(model, cancellationToken);
        return path;
    }

    /// <summary>Remembers which artifact a version is.</summary>
    public Task DescribeAsync(Model model, CancellationToken cancellationToken) => WriteWholeAsync(
        DescriptionPath(model.Name, model.Version),
        file => JsonSerializer.SerializeAsync(file, model, CatalogJson.Default.Model, cancellationToken));

    private string ArtifactPath(string sha256) => Path.Combine(Artifacts, sha256 + ".tar");

    private string DescriptionPath(string name, long version) =>
        Path.Combine(Versions(name), version.ToString(CultureInfo.InvariantCulture) + ".json");

    private static long VersionOf(string file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static async Task<Model?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            return await JsonSerializer.DeserializeAsync(stream, CatalogJson.Default.Model, cancellationToken);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    private static async Task WriteWholeAsync(string path, Func<Stream, Task> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = $"{path}.{Guid.NewGuid():N}{Leftovers.PartSuffix}";
        try
        {
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
