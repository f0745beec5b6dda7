using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Rest;
using MuLambda.Protocol.Serving;

namespace MuLambda.Selector;

/// <summary>Calls an executor that has no gRPC by TensorFlow Serving's REST API; its failures get gRPC's names.</summary>
internal sealed class RestConnection : IExecutorConnection
{
    private const int MaxAnswerBytes = 256 * 1024 * 1024;

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
            using var content = new ReadOnlyMemoryContent(prediction.Body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            var path = string.Create(
                CultureInfo.InvariantCulture, $"v1/models/{prediction.Model.Name}/versions/{prediction.Model.Version}:predict");
            using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content, deadline.Token);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => Read(body, prediction.Request.Format, RequestsAheadOf(response)),
                HttpStatusCode.RequestEntityTooLarge =>
                    throw RequestException.TooLargeForExecutor(ErrorOf(body, response.StatusCode)),
                var status => throw new GrpcException(StatusOf(status), ErrorOf(body, status)),
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

    private static Answer Read(byte[] body, PredictJsonFormat format, int? requestsAhead)
    {
        JsonDocument? json = null;
        try
        {
            json = JsonDocument.Parse(body);
            var member = format == PredictJsonFormat.Row ? "predictions" : "outputs";
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(member, out var tensors))
            {
                return new Answer(json, member, tensors, requestsAhead);
            }

            json.Dispose();
            throw new GrpcException(StatusCode.Internal, $"The executor's answer has no '{member}'.");
        }
        catch (JsonException e)
        {
            json?.Dispose();
            throw new GrpcException(StatusCode.Internal, $"The executor's answer is no JSON: {e.Message}", e);
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

    private sealed class Answer(JsonDocument json, string member, JsonElement tensors, int? requestsAhead)
        : ExecutorAnswer(requestsAhead)
    {
        public override void WriteTensors(Utf8JsonWriter writer)
        {
            writer.WritePropertyName(member);
            tensors.WriteTo(writer);
        }

        public override double? Confidence(bool labels) => JsonConfidence.Of(tensors, labels);

        public override void Dispose() => json.Dispose();
    }
}
