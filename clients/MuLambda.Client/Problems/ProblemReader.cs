using System.Text.Json;

namespace MuLambda.Client;

/// <summary>Makes an exception of an answer that is not a success.</summary>
internal static class ProblemReader
{
    public static async Task<MuLambdaException> ReadAsync(
        HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var problem = new ProblemBody();
        Exception? unread = null;
        try
        {
            // A body that is no problem+json, such as a proxy's page, leaves the status to speak for itself.
            if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
            {
                var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                problem = JsonSerializer.Deserialize(body, ClientJson.Default.ProblemBody) ?? problem;
            }
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            unread = e;
        }

        return new MuLambdaException(response.StatusCode, problem, RetryAfter(response, time), unread);
    }

    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)),
        _ => null,
    };

    /// <summary>The candidates of an explanation; none where that is something else.</summary>
    public static IReadOnlyList<CandidateReport> Candidates(JsonElement? element)
    {
        try
        {
            return element?.Deserialize(ClientJson.Default.IReadOnlyListCandidateReport) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The names in a list of names, or the keys of an object that says more about each.</summary>
    public static IReadOnlyList<string> Names(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Array } list =>
            [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
        { ValueKind: JsonValueKind.Object } byName => [.. byName.EnumerateObject().Select(item => item.Name)],
        _ => [],
    };
}
