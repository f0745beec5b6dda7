using System.Diagnostics;
using MuLambda.Client;

namespace MuLambda.Cli.Experiments;

/// <summary>Streams that send one request after the other through a selector, each when the one before is answered.</summary>
/// <param name="clients">The client of each part of the streams' requests; each asks with its own weights.</param>
/// <param name="elements">The elements of each request.</param>
/// <param name="features">How many features there are.</param>
/// <param name="featureOf">Which of them a request has, by its stream and its number there.</param>
internal sealed class LiveLoad(IReadOnlyList<MuLambdaClient> clients, int elements, int features, Func<int, int, int> featureOf)
{
    // What the selector asks to wait where nobody answers, as in the simulator.
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private readonly InferRequest[] _requests =
        [.. Enumerable.Range(0, features).Select(feature => InferRequest.FromJson(SyntheticSavedModel.Request(elements, feature)))];

    /// <summary>Sends them all.</summary>
    /// <param name="streams">How many run side by side.</param>
    /// <param name="requests">How many each sends.</param>
    /// <param name="ended">Told of each that ended; called concurrently.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>What became of each, stream by stream.</returns>
    public async Task<IReadOnlyList<LiveRequest>> RunAsync(
        int streams, int requests, Action<LiveRequest> ended, CancellationToken cancellationToken)
    {
        var all = await Task.WhenAll(Enumerable.Range(0, streams).Select(stream =>
            Task.Run(() => RunStreamAsync(stream, requests, ended, cancellationToken), cancellationToken)));
        return [.. all.SelectMany(stream => stream)];
    }

    private async Task<List<LiveRequest>> RunStreamAsync(
        int stream, int requests, Action<LiveRequest> ended, CancellationToken cancellationToken)
    {
        var done = new List<LiveRequest>(requests);
        for (var sequence = 0; sequence < requests; sequence++)
        {
            var client = clients[(int)((long)sequence * clients.Count / requests)];
            var request = await SendAsync(client, stream, sequence, featureOf(stream, sequence), cancellationToken);
            done.Add(request);
            ended(request);
            if (request.Failure is not null)
            {
                await Task.Delay(FailurePause, cancellationToken);
            }
        }

        return done;
    }

    private async Task<LiveRequest> SendAsync(
        MuLambdaClient client, int stream, int sequence, int feature, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await client.InferAsync(_requests[feature], cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            return new LiveRequest(stream, sequence, feature, elapsed, result.Decision.Executor, result.Output.ToDoubles().Max());
        }
        catch (MuLambdaException e)
        {
            return new LiveRequest(
                stream, sequence, feature, Stopwatch.GetElapsedTime(started).TotalMilliseconds, null, double.NaN, e.Detail ?? e.Message);
        }
    }
}
