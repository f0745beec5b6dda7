using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Selector;

/// <summary>Calls an executor that has no gRPC by TensorFlow Serving's REST API; its failures get gRPC's names.</summary>
internal sealed class RestConnection : IExecutorConnection
{
    private const int MaxAnswerBytes = 256 * 1024 * 1024;

    private static readonly PredictJsonLimits AnswerLimits = new() { MaxBytes = MaxAnswerBytes, MaxElements = MaxAnswerBytes / 2 };

    private readonly HttpClient _http;

    public RestConnection(Uri rest) => _http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
    })
    {
        BaseAddress = new Uri(rest.AbsoluteUri.TrimEnd('/') + "/"),
        MaxResponseContentBufferSize = MaxAnswerBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<ExecutorAnswer> PredictAsync(
        Prediction prediction, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            // Left to the garbage collector: an executor may answer before it has read everything, and the rest is sent behind that.
            var request = new ArrayBufferWriter<byte>(4096);
            Write(request, prediction.Joined.InOnePiece());
            using var content = new ReadOnlyMemoryContent(request.WrittenMemory);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var path = string.Create(
                CultureInfo.InvariantCulture, $"v1/models/{prediction.Model.Name}/versions/{prediction.Model.Version}:predict");
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new ExecutorAnswer(Read(body, prediction), RequestsAheadOf(response)),
                HttpStatusCode.RequestEntityTooLarge =>
                    throw RequestException.TooLargeForExecutor(ErrorOf(body, response.StatusCode)),
                var status => throw new GrpcException(StatusOf(status), ErrorOf(body, status)) { RetryAfter = response.Headers.RetryAfter?.Delta },
            };
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(StatusCode.Cancelled, "The call was cancelled.", e);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw new GrpcException(StatusCode.DeadlineExceeded, "The deadline of the call passed.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new GrpcException(
                StatusCode.Unavailable, $"{_http.BaseAddress} cannot be reached or closed the connection: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    // In columns: not every output has an entry for each example, which rows would need.
    private static void Write(ArrayBufferWriter<byte> body, ModelInputs inputs)
    {
        try
        {
            PredictJson.WriteRequest(body, inputs.Signature, inputs.Tensors, PredictJsonFormat.Column);
        }
        catch (InvalidDataException e)
        {
            throw RequestException.Invalid(inputs.Field, e.Message);
        }
    }

    private static Dictionary<string, TensorProto> Read(byte[] body, Prediction prediction)
    {
        if (Signatures.Of(prediction.Model).OutputsOf(prediction.Inputs.Signature) is not { } outputs)
        {
            throw new GrpcException(
                StatusCode.Internal, $"JSON cannot carry the outputs of {prediction.Model.Reference}'s signature '{prediction.Inputs.Signature}'.");
        }

        try
        {
            return PredictJson.ReadResponse(body, outputs, AnswerLimits);
        }
        catch (PredictJsonException e)
        {
            throw new GrpcException(StatusCode.Internal, $"The executor's answer cannot be read: {e.Message}", e);
        }
    }

    private static int? RequestsAheadOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues(RequestsAheadHeader.Name, out var values)
            ? RequestsAheadHeader.Parse(values.ToString())
            : null;

    private static StatusCode StatusOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => StatusCode.InvalidArgument,
        HttpStatusCode.NotFound => StatusCode.NotFound,
        HttpStatusCode.TooManyRequests => StatusCode.ResourceExhausted,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };

    // TensorFlow Serving says what is wrong in a member "error".
    private static string ErrorOf(byte[] body, HttpStatusCode status)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String)
            {
                return error.GetString()!;
            }
        }
        catch (JsonException)
        {
            // The status has to say it.
        }

        return string.Create(CultureInfo.InvariantCulture, $"The executor answered {(int)status}.");
    }
}
