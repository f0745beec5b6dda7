using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Inference;
using MuLambda.Cli.Models;
using MuLambda.Client;

namespace MuLambda.Cli.Terminal;

/// <summary>What <c>--json</c> writes: the platform's own nouns as the wire has them, and the command's results.</summary>
[JsonSerializable(typeof(Model))]
[JsonSerializable(typeof(IReadOnlyList<Model>))]
[JsonSerializable(typeof(IReadOnlyList<Executor>))]
[JsonSerializable(typeof(IReadOnlyList<Deployments.DeploymentReplicas>))]
[JsonSerializable(typeof(Deployments.DeploymentStatus))]
[JsonSerializable(typeof(IReadOnlyList<ScalingDecision>))]
[JsonSerializable(typeof(IReadOnlyList<SelectorReplica>))]
[JsonSerializable(typeof(IReadOnlyList<Catalog.Client>))]
[JsonSerializable(typeof(SloStatus))]
[JsonSerializable(typeof(IReadOnlyList<SloStatus>))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(IReadOnlyList<CandidateReport>))]
[JsonSerializable(typeof(Told))]
[JsonSerializable(typeof(Failure))]
[JsonSerializable(typeof(IReadOnlyList<PushedModel>))]
[JsonSerializable(typeof(IReadOnlyList<Clients.AppliedClient>))]
[JsonSerializable(typeof(Deleted))]
[JsonSerializable(typeof(ImportedSavedModel))]
[JsonSerializable(typeof(ImageAnswers))]
[JsonSerializable(typeof(IReadOnlyList<Experiments.LiveFiguresOfRun>))]
[JsonSerializable(typeof(Experiments.PaperOutcome))]
[JsonSerializable(typeof(Experiments.Scaling.ScalingOutcome))]
[JsonSerializable(typeof(Experiments.Scaling.LiveScalingOutcome))]
[JsonSerializable(typeof(Load.LoadOutcome))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>Indented, and with text outside ASCII as it is: the output is a file or a terminal, not a web page.</summary>
    public static CliJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    });
}
