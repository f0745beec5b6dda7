using System.Text.Json;

namespace MuLambda.Client;

/// <summary>An error as the platform writes it (RFC 9457), every member optional as others may have written it.</summary>
internal sealed record ProblemBody(
    string? Type = null,
    string? Title = null,
    int? Status = null,
    string? Detail = null,
    Dictionary<string, string[]>? Errors = null,
    JsonElement? Excluded = null,
    JsonElement? Candidates = null);
