using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MuLambda.Catalog.Http;

public sealed partial class RegistryClient
{
    /// <summary>How long the feed may stay without a line before its connection counts as dead.</summary>
    public static readonly TimeSpan WatchSilence = TimeSpan.FromSeconds(15);

    private const int MaxLineBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Reads the change feed on one connection, marks and heartbeats included, until the registry ends it.
    /// <see cref="CatalogFeed"/> builds a catalog that reconnects from it.
    /// </summary>
    /// <param name="revision">Changes after this revision are sent; 0 for a snapshot first.</param>
    /// <param name="epoch">The life of the store <paramref name="revision"/> was seen in (the epoch of the last
    /// snapshot end); null to have the revision alone compared.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The lines in order.</returns>
    /// <exception cref="TimeoutException">No line came for <see cref="WatchSilence"/>.</exception>
    public async IAsyncEnumerable<CatalogChange> WatchAsync(
        long revision,
        string? epoch = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var silence = new CancellationTokenSource(WatchSilence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var uri = "v1/watch" + Query(
            ("revision", revision.ToString(CultureInfo.InvariantCulture)), ("epoch", epoch));
        using var response = await OrTimeout(SendAsync(HttpMethod.Get, uri, null, either.Token));
        await EnsureSuccessAsync(response, either.Token);
        var reader = PipeReader.Create(await OrTimeout(response.Content.ReadAsStreamAsync(either.Token)));
        try
        {
            while (true)
            {
                var result = await OrTimeout(reader.ReadAsync(either.Token).AsTask());
                var buffer = result.Buffer;
                while (TryReadLine(ref buffer) is { } change)
                {
                    // The reader of the changes may take its time; only the registry's silence counts.
                    silence.CancelAfter(Timeout.InfiniteTimeSpan);
                    yield return change;
                }

                if (buffer.Length > MaxLineBytes)
                {
                    throw new InvalidDataException($"A line of the feed is longer than {MaxLineBytes} bytes.");
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    yield break;
                }

                silence.CancelAfter(WatchSilence);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }

        async Task<T> OrTimeout<T>(Task<T> task)
        {
            try
            {
                return await task;
            }
            catch (OperationCanceledException exception)
                when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"The registry's feed has been silent for {WatchSilence.TotalSeconds:0} s.", exception);
            }
        }
    }

    private static CatalogChange? TryReadLine(ref ReadOnlySequence<byte> buffer)
    {
        var lines = new SequenceReader<byte>(buffer);
        if (!lines.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            return null;
        }

        buffer = lines.UnreadSequence;
        try
        {
            var json = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize(ref json, CatalogJson.Default.CatalogChange)
                ?? throw new InvalidDataException("A line of the feed is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"A line of the feed is not a change: {exception.Message}", exception);
        }
    }
}
