using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MuLambda.Protocol;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.TensorFlow;
using MuLambda.Protocol.Tensors;
using MuLambda.Timing;

namespace MuLambda.Load;

/// <summary>TensorFlow Serving's Predict over REST. As many connections as requests are under way, which stay open.</summary>
public sealed class RestTarget : ILoadTarget
{
    // Where an answer says what it is, behind the spaces of a server that indents.
    private const int HeadBytes = 4096;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker _http;
    private readonly Uri _predict;
    private readonly Payloads<byte[]> _bodies;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers;
    private readonly OutsideReport _outside = new();

    private RestTarget(Uri server, string model, Payloads<byte[]> bodies, IReadOnlyList<KeyValuePair<string, string>>? headers)
    {
        _headers = headers ?? [];
        Address = server.ToString().TrimEnd('/');
        _http = ServingMetadata.CreateInvoker();
        _predict = ServingMetadata.UriOf(server, model, ":predict");
        _bodies = bodies;
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <summary>A target that is sent tensors.</summary>
    /// <param name="server">The server's base URL.</param>
    /// <param name="model">The model.</param>
    /// <param name="signature">The signature that is asked.</param>
    /// <param name="inputs">What requests carry.</param>
    /// <param name="itemCounts">The numbers of examples that requests will carry, which are prepared at once.</param>
    /// <param name="headers">Headers that every request carries; null for none.</param>
    /// <exception cref="InvalidDataException">The inputs cannot be made so.</exception>
    public static RestTarget OfInputs(
        Uri server, string model, string signature, IRequestInputs inputs, IEnumerable<int> itemCounts,
        IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        var bodies = new Payloads<byte[]>(items => [.. inputs.Make(items).Select(tensors => BodyOf(signature, tensors))]);
        foreach (var items in itemCounts)
        {
            bodies.Of(items);
        }

        return new RestTarget(server, model, bodies, headers);
    }

    /// <summary>A target that is sent the same body always.</summary>
    /// <param name="server">The server's base URL.</param>
    /// <param name="model">The model.</param>
    /// <param name="body">The body in JSON, sent as it is.</param>
    /// <param name="headers">Headers that every request carries; null for none.</param>
    public static RestTarget OfBody(Uri server, string model, byte[] body, IReadOnlyList<KeyValuePair<string, string>>? headers = null) =>
        new(server, model, new Payloads<byte[]>(_ => [body]), headers);

    /// <inheritdoc/>
    public async Task<LoadFailure?> SendAsync(long number, int items, TimeSpan timeout, CancellationToken abort)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(abort);
        deadline.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _predict) { Content = new ReadOnlyMemoryContent(_bodies.Of(number, items)) };
            request.Content.Headers.ContentType = Json;
            foreach (var (name, value) in _headers)
            {
                request.Headers.Add(name, value);
            }

            if (_outside.Take() is { } outside)
            {
                request.Headers.Add(OutsideReport.OutsideHeader, outside);
            }

            var started = Stopwatch.GetTimestamp();
            using var response = await _http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            var failure = await ReadAsync(response, deadline.Token).ConfigureAwait(false);
            if (response.Headers.NonValidated.TryGetValues(OutsideReport.TookHeader, out var took))
            {
                _outside.Answered(Stopwatch.GetElapsedTime(started), took.ToString());
            }

            return failure;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return abort.IsCancellationRequested
                ? new LoadFailure(FailureKinds.CutOff, "The run was stopped.")
                : new LoadFailure(FailureKinds.Timeout, $"No answer within {timeout.TotalMilliseconds:0} ms.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new LoadFailure(FailureKinds.Connection, e.GetBaseException().Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<LoadFailure?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            // The head stays at the buffer's front; what follows is read over.
            var head = 0;
            while (await body.ReadAsync(buffer.AsMemory(head), cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                head = Math.Min(HeadBytes, head + read);
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                return new LoadFailure(FailureKinds.Of(response.StatusCode), Encoding.UTF8.GetString(buffer, 0, head).Trim());
            }

            var text = buffer.AsSpan(0, head);
            return text.IndexOf("\"predictions\""u8) >= 0 || text.IndexOf("\"outputs\""u8) >= 0
                ? null
                : new LoadFailure(FailureKinds.WrongAnswer, Encoding.UTF8.GetString(text).Trim());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] BodyOf(string signature, IReadOnlyDictionary<string, TensorProto> tensors)
    {
        using var buffer = new PooledBuffer();
        var rows = tensors.Values.All(tensor => tensor.TensorShape.Dim.Count > 0);
        PredictJson.WriteRequest(buffer, signature, tensors.ToArray(), rows ? PredictJsonFormat.Row : PredictJsonFormat.Column);
        return buffer.WrittenSpan.ToArray();
    }
}
