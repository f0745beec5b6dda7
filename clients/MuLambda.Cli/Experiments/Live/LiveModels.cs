using System.Text.Json;
using Google.Protobuf;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Models;
using MuLambda.Simulation;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>The synthetic models as the registry and the executors get them.</summary>
internal static class LiveModels
{
    /// <summary>
    /// A model that every executor serves beside its own and that no client of the experiment asks for: requests to it bring the
    /// processes up to speed, and teach the selector nothing about what is measured.
    /// </summary>
    public const string WarmUp = "warm-up";

    /// <summary>What the client of the warm-up asks for.</summary>
    public static Traits WarmUpTraits { get; } = ClusterSpec.DefaultTraits with { Task = "warm-up" };

    /// <summary>Pushes the models of a schedule, and the one for the warm-up.</summary>
    public static async Task PushAsync(RegistryClient registry, PaperSchedule schedule, string directory, CancellationToken cancellationToken)
    {
        await PushAsync(registry, WarmUp, WarmUpTraits, 1, new ConfidenceSpec([1]), directory, cancellationToken);
        foreach (var model in schedule.Models)
        {
            await PushAsync(
                registry, model.CatalogName, ClusterSpec.DefaultTraits, model.DeclaredAccuracy, model.Confidence, directory, cancellationToken);
        }
    }

    /// <summary>Writes the file that tells an executor how long its model takes.</summary>
    /// <returns>Its path.</returns>
    public static string WriteDelay(PaperExecutor executor, long seed, string directory)
    {
        var service = executor.Model.Service;
        var file = Path.Combine(directory, $"{executor.Id}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new Dictionary<string, double>
        {
            ["delayMs"] = service.DelayMs,
            ["perElementMs"] = 1000 * service.Alpha,
            ["perRequestMs"] = 1000 * service.Beta,
            ["jitterMs"] = service.JitterMs,
            ["seed"] = seed,
        }));
        return file;
    }

    private static async Task PushAsync(
        RegistryClient registry, string name, Traits traits, double accuracy, ConfidenceSpec confidence, string directory, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "saved_model.pb"), SyntheticSavedModel.Create(confidence).ToByteArray(), cancellationToken);
        using var package = await ModelPackage.OpenAsync(folder, cancellationToken);
        await registry.PutModelAsync(
            new ModelUpload(name, 1, traits, new Accuracy("accuracy", accuracy), "A synthetic model of the evaluation"),
            package.Content,
            progress: null,
            cancellationToken);
    }
}
