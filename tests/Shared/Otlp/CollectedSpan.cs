namespace MuLambda.Tests.Otlp;

/// <summary>A span as the collector received it.</summary>
public sealed record CollectedSpan(
    string Service,
    string Source,
    string Name,
    string TraceId,
    string SpanId,
    string? ParentId,
    IReadOnlyDictionary<string, string> Attributes);
