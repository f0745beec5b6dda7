using System.Net;
using System.Text.Json;

namespace MuLambda.Cli.Experiments;

/// <summary>Waits until a selector knows the executors and their round trips.</summary>
internal static class LiveCandidates
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until so many executors are candidates for a client, each ready and at a measured distance.</summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public static async Task WaitAsync(Uri selector, string client, int executors, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = selector };
        using var poll = new PeriodicTimer(Interval);
        while (await CountAsync(http, client, cancellationToken) < executors)
        {
            await poll.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<int> CountAsync(HttpClient http, string client, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(
            new Uri($"v1/candidates?client={Uri.EscapeDataString(client)}", UriKind.Relative), cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable)
        {
            // It has not heard of the client, or of anything, yet.
            return 0;
        }

        response.EnsureSuccessStatusCode();
        using var body = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return body.RootElement.GetProperty("candidates").EnumerateArray().Count(candidate =>
            candidate.GetProperty("excludedBy").GetArrayLength() == 0
            && candidate.GetProperty("estimate").GetProperty("rttSource").GetString() == "measured");
    }
}
