using System.Net;
using Google.Protobuf;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

/// <summary>Posts bytes of the test's choice to a gRPC method.</summary>
internal sealed class RawClient(string address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };

    public static byte[] Frame(IMessage message)
    {
        using var frame = new PooledBuffer();
        GrpcFraming.Write(frame, message);
        return frame.WrittenSpan.ToArray();
    }

    public Task<Answer> PostAsync(
        byte[] body, string contentType = "application/grpc", Dictionary<string, string>? headers = null) =>
        PostAsync(new ByteArrayContent(body), contentType, headers);

    public async Task<Answer> PostAsync(HttpContent body, string contentType = "application/grpc", Dictionary<string, string>? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tensorflow.serving.PredictionService/Predict")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        var content = await response.Content.ReadAsByteArrayAsync();
        var status = Header(response, "grpc-status");
        return new Answer(
            response.StatusCode,
            status is null ? null : (StatusCode)int.Parse(status, System.Globalization.CultureInfo.InvariantCulture),
            Header(response, "grpc-message"),
            Header(response, "grpc-accept-encoding"),
            Header(response, "grpc-encoding"),
            content);
    }

    public void Dispose() => _http.Dispose();

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.TrailingHeaders.TryGetValues(name, out values)
            ? values.Single()
            : null;

    public sealed record Answer(HttpStatusCode Http, StatusCode? Status, string? Message, string? AcceptEncoding, string? Encoding, byte[] Content);
}
