using System.Formats.Tar;
using System.Globalization;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Models;

/// <summary>A model as one stream to upload: archives as they are, directories and ONNX files as a tar.</summary>
internal sealed class ModelPackage : IDisposable
{
    private const int MaxDepth = 16;
    private const int MaxFiles = 10_000;

    private static readonly string[] SavedModelFiles = ["saved_model.pb", "saved_model.pbtxt"];
    private static readonly string[] ArchiveEndings = [".zip", ".tar", ".tar.gz", ".tgz"];

    private ModelPackage(Stream content) => Content = content;

    /// <summary>The archive; it has a length.</summary>
    public Stream Content { get; }

    /// <exception cref="CliException">There is no model at the path.</exception>
    public static async Task<ModelPackage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return await PackAsync(FilesOf(path), cancellationToken);
        }

        if (!File.Exists(path))
        {
            throw CliException.Usage($"{path} is not there.");
        }

        if (ArchiveEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            return new ModelPackage(File.OpenRead(path));
        }

        return path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)
            ? await PackAsync([(path, Path.GetFileName(path))], cancellationToken)
            : throw CliException.Usage($"{path} is no directory, .onnx file, .zip, .tar, .tar.gz or .tgz.");
    }

    public void Dispose() => Content.Dispose();

    private static List<(string Path, string Name)> FilesOf(string path)
    {
        var root = RootOf(path);
        var files = Directory.EnumerateFiles(root, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = MaxDepth,
            AttributesToSkip = 0,
            IgnoreInaccessible = false,
        })
        .Take(MaxFiles + 1)
        .Select(file => (file, Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/')))
        .OrderBy(file => file.Item2, StringComparer.Ordinal)
        .ToList();
        return files.Count <= MaxFiles ? files : throw CliException.Usage($"{root} has more than {MaxFiles} files.");
    }

    /// <summary>The directory of the model itself: the given one, or its newest version in TensorFlow Serving's layout.</summary>
    private static string RootOf(string path)
    {
        if (HasModel(path))
        {
            return path;
        }

        var newest = Directory.EnumerateDirectories(path)
            .Where(directory => long.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && HasModel(directory))
            .MaxBy(directory => long.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture));
        return newest ?? throw CliException.Usage($"{path} has neither a {string.Join(" or ", SavedModelFiles)} nor an .onnx file.");
    }

    private static bool HasModel(string directory) =>
        SavedModelFiles.Any(file => File.Exists(Path.Combine(directory, file))) || Directory.EnumerateFiles(directory, "*.onnx").Any();

    private static async Task<ModelPackage> PackAsync(List<(string Path, string Name)> files, CancellationToken cancellationToken)
    {
        var archive = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        try
        {
            await using (var tar = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (var (path, name) in files)
                {
                    await using var content = File.OpenRead(path);
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content };
                    await tar.WriteEntryAsync(entry, cancellationToken);
                }
            }

            archive.Position = 0;
            return new ModelPackage(archive);
        }
        catch
        {
            await archive.DisposeAsync();
            throw;
        }
    }
}
