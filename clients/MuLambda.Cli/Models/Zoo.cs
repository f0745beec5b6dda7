using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Models;

/// <summary>Finds a zoo, a directory of models described by its <c>zoo.json</c>.</summary>
internal static class Zoo
{
    private const string FileName = "zoo.json";
    private const string ModelsDirectory = "models";

    /// <summary>The models of <c>DIR</c>, <c>DIR/MODEL</c>, <c>NAME</c> or <c>NAME/MODEL</c>; a directory comes before a name.</summary>
    /// <exception cref="CliException">There is none, or its file is not right.</exception>
    public static IReadOnlyList<ZooEntry> Find(CliConsole console, string zoo)
    {
        var path = console.Resolve(zoo);
        if (Has(path))
        {
            return Read(path);
        }

        var (parent, model) = (Path.GetDirectoryName(path), Path.GetFileName(path));
        if (parent is not null && Has(parent))
        {
            return Pick(parent, model);
        }

        var parts = zoo.Split('/');
        if (parts.Length <= 2 && (FindByName(console.CurrentDirectory, parts[0]) ?? BesideTheTool(parts[0])) is { } named)
        {
            return parts.Length == 1 ? Read(named) : Pick(named, parts[1]);
        }

        throw CliException.Usage(
            $"There is no zoo '{zoo}': neither {Path.Combine(path, FileName)} nor " +
            $"{ModelsDirectory}/{parts[0]}/{FileName} in {console.CurrentDirectory}, above it or beside this program.");
    }

    private static bool Has(string directory) => File.Exists(Path.Combine(directory, FileName));

    private static IReadOnlyList<ZooEntry> Read(string directory) => ZooFile.Read(Path.Combine(directory, FileName));

    private static ZooEntry[] Pick(string directory, string model)
    {
        var all = Read(directory);
        var picked = all.Where(entry => entry.Upload.Name == model).ToArray();
        return picked.Length > 0
            ? picked
            : throw CliException.Usage(
                $"The zoo in {directory} has no model '{model}'; it has {string.Join(", ", all.Select(entry => entry.Upload.Name).Distinct())}.");
    }

    private static string? BesideTheTool(string name)
    {
        var candidate = Path.Combine(AppContext.BaseDirectory, ModelsDirectory, name);
        return name.Length > 0 && Has(candidate) ? candidate : null;
    }

    private static string? FindByName(string start, string name)
    {
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, ModelsDirectory, name);
            if (name.Length > 0 && Has(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
