using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Inference;

namespace MuLambda.Executor.Models;

/// <summary>
/// Artifacts of the registry on the disk, so that a start needs the registry only for what is new. Artifacts lie under
/// their SHA-256 and are verified whenever they are used; what the registry said of a version lies beside them, and so does the
/// model as it was prepared from an artifact. Files appear whole or not at all; several executors may share a directory.
/// </summary>
internal sealed class ArtifactCache(string directory)
{
    /// <summary>How long an artifact counts as in use.</summary>
    public static readonly TimeSpan InUse = TimeSpan.FromMinutes(15);

    /// <summary>How long what was prepared for another machine or release is kept since its last use.</summary>
    public static readonly TimeSpan Foreign = TimeSpan.FromDays(1);

    private const string Extension = ".tar";
    private const string PreparedExtension = ".prepared";

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
            // Before it is read: what was used lately is not pruned.
            File.SetLastAccessTimeUtc(path, DateTime.UtcNow);
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

    /// <summary>Where the model of an artifact is left as it was prepared.</summary>
    /// <exception cref="InferenceException">The native runtime is missing.</exception>
    public string PreparedPath(string sha256) => Path.Combine(Artifacts, $"{sha256}.{PreparedModel.Machine}{PreparedExtension}");

    /// <summary>The model of an artifact as it was prepared before, verified; or null. The caller disposes it.</summary>
    /// <exception cref="InferenceException">The native runtime is missing.</exception>
    public PreparedModel? OpenPrepared(string sha256)
    {
        var path = PreparedPath(sha256);
        if (!File.Exists(path))
        {
            return null;
        }

        Touch([sha256], DateTimeOffset.UtcNow);
        return PreparedModel.TryOpen(path);
    }

    /// <summary>Stores an artifact that <paramref name="download"/> writes and verifies, and the model's description.</summary>
    public async Task<string> AddAsync(Model model, Func<Stream, Task> download, CancellationToken cancellationToken)
    {
        var path = ArtifactPath(model.Sha256);
        await WriteWholeAsync(path, download);
        await DescribeAsync(model, cancellationToken);
        return path;
    }

    /// <summary>Says that artifacts are in use, so that no executor prunes them.</summary>
    public void Touch(IEnumerable<string> sha256, DateTimeOffset now)
    {
        foreach (var one in sha256)
        {
            Touch(ArtifactPath(one), now);
            Touch(PreparedPath(one), now);
        }
    }

    /// <summary>
    /// Deletes the least recently used artifacts and prepared models until the rest is within a bound. What some executor said within
    /// <see cref="InUse"/> that it uses stays, bound or not. What was prepared for others goes in any case, once nobody uses it.
    /// </summary>
    /// <returns>How many files went, and their bytes.</returns>
    public (int Count, long Bytes) Prune(long maxBytes, DateTimeOffset now)
    {
        var files = new DirectoryInfo(Artifacts) is { Exists: true } directory
            ? directory.EnumerateFiles().Where(file => file.Extension is Extension or PreparedExtension).OrderBy(file => file.LastAccessTimeUtc).ToList()
            : [];
        var excess = files.Sum(file => file.Length) - maxBytes;
        var (count, bytes) = (0, 0L);
        foreach (var file in files.TakeWhile(file => file.LastAccessTimeUtc < (now - InUse).UtcDateTime))
        {
            if (bytes >= excess && !(IsForeign(file) && file.LastAccessTimeUtc < (now - Foreign).UtcDateTime))
            {
                continue;
            }

            bytes += file.Length;
            count++;
            file.Delete();
        }

        if (count > 0)
        {
            ForgetMissing();
        }

        return (count, bytes);
    }

    /// <summary>Remembers which artifact a version is, unless that is known.</summary>
    public async Task DescribeAsync(Model model, CancellationToken cancellationToken)
    {
        var path = DescriptionPath(model.Name, model.Version);
        var description = JsonSerializer.SerializeToUtf8Bytes(model, CatalogJson.Default.Model);
        if (!File.Exists(path) || !(await File.ReadAllBytesAsync(path, cancellationToken)).AsSpan().SequenceEqual(description))
        {
            await WriteWholeAsync(path, file => file.WriteAsync(description, cancellationToken).AsTask());
        }
    }

    private string ArtifactPath(string sha256) => Path.Combine(Artifacts, sha256 + Extension);

    private string DescriptionPath(string name, long version) =>
        Path.Combine(Described, name, version.ToString(CultureInfo.InvariantCulture) + ".json");

    private static bool IsForeign(FileInfo file) =>
        file.Extension == PreparedExtension && !file.Name.EndsWith($".{PreparedModel.Machine}{PreparedExtension}", StringComparison.Ordinal);

    private static void Touch(string path, DateTimeOffset now)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, now.UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not here, or another executor's; then it comes again when it is needed.
        }
    }

    private void ForgetMissing()
    {
        foreach (var file in Directory.Exists(Described) ? Directory.EnumerateFiles(Described, "*.json", SearchOption.AllDirectories) : [])
        {
            if (Read(file) is { } model && !File.Exists(ArtifactPath(model.Sha256)))
            {
                File.Delete(file);
            }
        }
    }

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
