using System.Text.Json;
using Google.Protobuf;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Cli.Models;
using MuLambda.Simulation;

namespace MuLambda.Cli.Experiments.Scaling;

/// <summary>The model that is scaled. Its time is waiting, so that several replicas are worth their number on a few processors too.</summary>
internal static class LiveScalingModel
{
    /// <summary>The model's name.</summary>
    public const string Name = "scaled";

    /// <summary>The client that asks for it.</summary>
    public const string Client = "scaled-client";

    private static readonly Traits Traits = ClusterSpec.DefaultTraits with { Task = "scaled" };

    /// <summary>The body of a request, which has one example.</summary>
    public static byte[] Request => "{\"instances\":[[0]]}"u8.ToArray();

    /// <summary>Writes the file that tells executors how long it takes.</summary>
    /// <returns>Its path.</returns>
    public static string WriteDelay(LiveScalingPlan plan, string directory)
    {
        var file = Path.Combine(directory, $"{Name}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new Dictionary<string, double>
        {
            ["delayMs"] = LiveScalingPlan.BatchMs,
            ["perElementMs"] = LiveScalingPlan.ExampleMs,
            ["jitterMs"] = LiveScalingPlan.JitterMs,
            ["seed"] = plan.Seed,
        }));
        return file;
    }

    /// <summary>Pushes and deploys it, and registers its client with the objective.</summary>
    public static async Task DeployAsync(RegistryClient registry, LiveScalingPlan plan, string directory, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, Name)).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "saved_model.pb"), SyntheticSavedModel.CreateBatchable().ToByteArray(), cancellationToken);
        using (var package = await ModelPackage.OpenAsync(folder, cancellationToken))
        {
            await registry.PutModelAsync(
                new ModelUpload(Name, 1, Traits, new Accuracy("accuracy", 1), "A model that waits"), package.Content, progress: null, cancellationToken);
        }

        await registry.PutDeploymentAsync(
            new Deployment(Name, Min: 0, Max: LiveScalingPlan.Max, Policy: plan.Policy, KeepWarmSeconds: LiveScalingPlan.KeepWarmSeconds), cancellationToken);
        await registry.PutClientAsync(
            new Catalog.Client(
                Client,
                new Criteria(Traits, new Preference(1, 0)),
                new Slo(LiveScalingPlan.SloMs, LiveScalingPlan.Target, Slo.MinWindowSeconds),
                Node: LiveApplication.Node),
            cancellationToken);
    }
}
