using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MuLambda.Catalog;

namespace MuLambda.Selector;

/// <summary>Reads the body of <c>POST /v1/feedback</c>: a feedback, or a list of them.</summary>
internal static class FeedbackReader
{
    /// <summary>The most feedbacks in a body.</summary>
    public const int MaxFeedbacks = 1000;

    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads it.</summary>
    /// <param name="utf8">The body.</param>
    /// <returns>The feedbacks, and whether they were a list.</returns>
    /// <exception cref="RequestException">What is wrong, in any of them; then none counts.</exception>
    public static (IReadOnlyList<(RequestId Id, Feedback Feedback)> Feedbacks, bool IsList) Read(ReadOnlySpan<byte> utf8)
    {
        var isList = utf8.TrimStart(" \t\r\n"u8) is [(byte)'[', ..];
        List<FeedbackBody> bodies = isList
            ? Parse(utf8, SelectorJson.Default.ListFeedbackBody)
            : [Parse(utf8, SelectorJson.Default.FeedbackBody)];
        if (bodies.Count is 0 or > MaxFeedbacks)
        {
            throw RequestException.Invalid("$", $"has {bodies.Count} feedbacks; it must have from 1 to {MaxFeedbacks}.");
        }

        var errors = new List<(string, string)>();
        var feedbacks = new List<(RequestId, Feedback)>(bodies.Count);
        foreach (var (i, body) in bodies.Index())
        {
            if (body is null)
            {
                errors.Add(($"[{i}]", "must not be null."));
                continue;
            }

            errors.AddRange(body.Read(isList ? $"[{i}]." : "", out var id, out var feedback));
            feedbacks.Add((id, feedback));
        }

        return errors.Count == 0 ? (feedbacks, isList) : throw RequestException.Invalid(errors);
    }

    private static T Parse<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type)
                ?? throw RequestException.Invalid("$", "is null; it must be a feedback or a list of them.");
        }
        catch (JsonException e)
        {
            throw RequestException.Invalid(JsonErrors.Explain(e).Select(error => (error.Path, error.Message)));
        }
    }
}
