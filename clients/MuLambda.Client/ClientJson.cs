using System.Text.Json;
using System.Text.Json.Serialization;

namespace MuLambda.Client;

/// <summary>
/// How the selector's messages are read and written. Members this version does not know are skipped in answers, so that a
/// newer selector may say more.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(SelectRequest))]
[JsonSerializable(typeof(IReadOnlyList<CandidateReport>))]
[JsonSerializable(typeof(IReadOnlyList<ColdCandidateReport>))]
[JsonSerializable(typeof(FeedbackBody))]
[JsonSerializable(typeof(IReadOnlyList<FeedbackBody>))]
[JsonSerializable(typeof(FeedbackResults))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ClientJson : JsonSerializerContext;
