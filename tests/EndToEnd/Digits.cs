using System.Text.Json;

namespace EndToEnd;

/// <summary>The sample digits and what the training framework makes of them.</summary>
internal static class Digits
{
    private static readonly string Folder = Path.Combine(Repository.Root, "models", "digits", "samples");

    private static readonly Dictionary<string, Dictionary<string, float[]>> Probabilities =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, float[]>>>(
            File.ReadAllBytes(Path.Combine(Folder, "probabilities.json")))!;

    public static string Samples => Folder;

    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Folder, "*.png").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The digit that was written.</summary>
    public static int Label(string file) => file[0] - '0';

    /// <summary>The digit that a model sees, by the training framework.</summary>
    public static int Expected(string model, string file)
    {
        var probabilities = Probabilities[model][file];
        return Array.IndexOf(probabilities, probabilities.Max());
    }
}
