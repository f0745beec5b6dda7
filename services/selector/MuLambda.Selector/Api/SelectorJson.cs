using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary>How the selector's messages are written: camelCase, absent where null, unknown members and members that are said twice refused.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SelectBody))]
[JsonSerializable(typeof(DecisionBody))]
[JsonSerializable(typeof(CandidatesBody))]
[JsonSerializable(typeof(IReadOnlyList<CandidateBody>))]
[JsonSerializable(typeof(IReadOnlyList<ColdCandidateBody>))]
[JsonSerializable(typeof(FeedbackBody))]
[JsonSerializable(typeof(List<FeedbackBody>))]
[JsonSerializable(typeof(FeedbackAnswer))]
[JsonSerializable(typeof(FeedbackAnswers))]
[JsonSerializable(typeof(ModelReference))]
[JsonSerializable(typeof(ExecutorEndpoints))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class SelectorJson : JsonSerializerContext;
