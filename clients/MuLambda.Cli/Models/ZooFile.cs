using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Models;

/// <summary>
/// Reads a <c>zoo.json</c>. Every fault is told with the path of its member, before anything is uploaded.
/// </summary>
internal static class ZooFile
{
    private const long MaxBytes = 1024 * 1024;

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
            return [.. models.Select((model, i) => EntryOf(check, $"models[{i}]", model))];
        }
        catch (JsonException e)
        {
            throw CliException.Usage($"{file}: {(e.Path is { Length: > 2 } path ? path[2..] : "the file")}: {e.Message}", e);
        }
    }

    private static ZooEntry EntryOf(Checker check, string at, ZooModel? given)
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
        return new ZooEntry(PathOf(check, $"{at}.path", model.Path), upload);
    }

    /// <summary>The upload's parameters lie deeper in the file.</summary>
    private static string InFile(string parameter) => parameter switch
    {
        "accuracy" => "accuracy.value",
        "metric" or "dataset" => $"accuracy.{parameter}",
        _ => parameter,
    };

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
