using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Npm;

namespace MuLambda.Cli.Models;

/// <summary>
/// Reads a <c>zoo.json</c>. Every fault is told with the path of its member, before anything is uploaded.
/// </summary>
internal static class ZooFile
{
    private const long MaxBytes = 1024 * 1024;
    private const string Tfjs = "tfjs";

    /// <exception cref="CliException">The file is not right.</exception>
    public static IReadOnlyList<ZooEntry> Read(string file)
    {
        if (new FileInfo(file).Length > MaxBytes)
        {
            throw CliException.Usage($"{file} is longer than {MaxBytes} bytes.");
        }

        try
        {
            var zoo = JsonSerializer.Deserialize(File.ReadAllBytes(file), ZooJson.Default.ZooBody)
                ?? throw CliException.Usage($"{file} is null.");
            var check = new Checker(file);
            var models = check.Required("models", zoo.Models);
            check.Holds("models", models.Count > 0, "has to list a model");
            var packages = zoo.Packages?.ToDictionary(
                package => package.Key, package => PackageOf(check, $"packages.{package.Key}", package.Value), StringComparer.Ordinal) ?? [];
            return [.. models.Select((model, i) => EntryOf(check, $"models[{i}]", model, packages))];
        }
        catch (JsonException e)
        {
            throw CliException.Usage($"{file}: {(e.Path is { Length: > 2 } path ? path[2..] : "the file")}: {e.Message}", e);
        }
    }

    private static NpmPackage PackageOf(Checker check, string at, ZooPackage? given)
    {
        var package = check.Required(at, given);
        var (name, version, integrity) = (
            check.Text($"{at}.npm", package.Npm),
            check.Text($"{at}.version", package.Version),
            check.Text($"{at}.integrity", package.Integrity));
        check.Holds($"{at}.npm", NpmPackage.IsName(name), $"is '{name}', which is no package's name");
        check.Holds($"{at}.version", NpmPackage.IsVersion(version), $"is '{version}'; it has to be one version, such as 3.0.4");
        check.Holds($"{at}.integrity", NpmPackage.IsIntegrity(integrity), "has to be sha512- and the digest in base64");
        return new NpmPackage(name, version, integrity);
    }

    private static ZooEntry EntryOf(Checker check, string at, ZooModel? given, Dictionary<string, NpmPackage> packages)
    {
        var model = check.Required(at, given);
        var accuracy = check.Required($"{at}.accuracy", model.Accuracy);
        var value = check.Required($"{at}.accuracy.value", accuracy.Value);
        var upload = new ModelUpload(
            check.Text($"{at}.name", model.Name),
            check.Required($"{at}.version", model.Version),
            new Traits(
                check.Text($"{at}.task", model.Task),
                check.Text($"{at}.input", model.Input),
                check.Text($"{at}.output", model.Output)),
            new Accuracy(check.Text($"{at}.accuracy.metric", accuracy.Metric), value, accuracy.Dataset),
            model.Description);
        CliException.ThrowIfAny(
            [.. upload.Validate().Select(error => error with { Path = $"{at}.{InFile(error.Path)}" })],
            $"{check.File} is not right.");
        check.Holds($"{at}.import", model.Import is null or Tfjs, $"is '{model.Import}'; only {Tfjs} can be imported");
        if (model.Package is not { } name)
        {
            return new ZooEntry(PathOf(check, $"{at}.path", model.Path), upload, IsTfjs: model.Import is not null);
        }

        check.Holds($"{at}.package", packages.ContainsKey(name), $"names '{name}', which packages does not have");
        check.Holds($"{at}.import", model.Import is not null, $"is missing: a packaged model is imported, by {Tfjs}");
        return new ZooEntry(PathInPackage(check, $"{at}.path", model.Path), upload, packages[name], IsTfjs: true);
    }

    /// <summary>The upload's parameters lie deeper in the file.</summary>
    private static string InFile(string parameter) => parameter switch
    {
        "accuracy" => "accuracy.value",
        "metric" or "dataset" => $"accuracy.{parameter}",
        _ => parameter,
    };

    private static string PathInPackage(Checker check, string at, string? given)
    {
        var path = check.Text(at, given);
        check.Holds(at, PackageArchive.IsInside(path), "leads out of the package");
        check.Holds(at, path.EndsWith(".json", StringComparison.Ordinal), "has to name a model's .json file");
        return path;
    }

    private static string PathOf(Checker check, string at, string? given)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(check.File))!;
        var path = Path.GetFullPath(check.Text(at, given), directory);
        check.Holds(at, path.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal), "leads out of the zoo");
        check.Holds(at, Path.Exists(path), $"names {path}, which is not there");
        return path;
    }

    private sealed class Checker(string file)
    {
        public string File => file;

        public T Required<T>(string at, T? value)
            where T : class
        {
            Holds(at, value is not null, "is missing");
            return value!;
        }

        public T Required<T>(string at, T? value)
            where T : struct
        {
            Holds(at, value is not null, "is missing");
            return value!.Value;
        }

        public string Text(string at, string? value)
        {
            Holds(at, !string.IsNullOrEmpty(value), "is missing");
            return value!;
        }

        public void Holds(string at, bool holds, string rule)
        {
            if (!holds)
            {
                throw CliException.Usage($"{file}: {at}: {rule}");
            }
        }
    }
}
