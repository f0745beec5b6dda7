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

    private string Described => Path.Combine(directory, "models");

    /// <summary>The versions whose artifacts are here.</summary>
    public IReadOnlyList<Model> List()
    {
        try
        {
            return Directory.Exists(Described)
                ? [.. Directory.EnumerateFiles(Described, "*.json", SearchOption.AllDirectories).Select(Read).OfType<Model>().Where(model => File.Exists(ArtifactPath(model.Sha256)))]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
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
        Path.Combine(Described, name, version.ToString(CultureInfo.InvariantCulture) + ".json");

    private static Model? Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return JsonSerializer.Deserialize(stream, CatalogJson.Default.Model);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
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
