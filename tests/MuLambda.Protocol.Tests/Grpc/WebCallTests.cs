using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

/// <summary>gRPC-Web as it is on the wire.</summary>
public sealed class WebCallTests
{
    private const string WebType = "application/grpc-web+proto";

    // An empty message.
    private static readonly byte[] Message = [0, 0, 0, 0, 0];

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web+proto")]
    public async Task An_answer_is_the_message_and_a_frame_of_trailers_in_one_piece(string contentType)
    {
        await using var server = await TestServer.PredictAsync(
            (request, call) =>
            {
                call.ResponseHeaders.Add("before", "1");
                call.ResponseTrailers.Add("after", "2");
                return Requests.EchoAsync(request);
            },
            web: true);

        using var response = await PostAsync(server, RawClient.Frame(Requests.Named("x")), contentType);

        response.Content.Headers.ContentType!.ToString().ShouldBe(WebType);
        response.Headers.GetValues("before").ShouldBe(["1"]);
        response.Headers.TransferEncodingChunked.ShouldNotBe(true);
        var body = await response.Content.ReadAsByteArrayAsync();
        response.Content.Headers.ContentLength.ShouldBe(body.Length);
        var message = RawClient.Frame(new PredictResponse { ModelSpec = Requests.Named("x").ModelSpec });
        body[..message.Length].ShouldBe(message);
        body[message.Length..].ShouldBe([0x80, 0, 0, 0, 24, .. "grpc-status:0\r\nafter:2\r\n"u8]);
    }

    [Fact]
    public async Task A_call_that_fails_at_once_says_so_in_its_headers()
    {
        await using var server = await TestServer.PredictAsync((_, _) => throw new GrpcException(StatusCode.NotFound, "not here"), web: true);

        using var response = await PostAsync(server, RawClient.Frame(Requests.Named("x")), WebType);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (response.Headers.GetValues("grpc-status").Single(), response.Headers.GetValues("grpc-message").Single()).ShouldBe(("5", "not here"));
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_over_the_servers_limit_is_a_failure_and_no_half_answer()
    {
        await using var server = await TestServer.PredictAsync(
            (_, _) => Requests.EchoAsync(Requests.Sized(5_000)), new GrpcServerOptions { MaxSendBytes = 1_000 }, web: true);
        using var channel = server.Connect();

        var failure = await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(StatusCode.ResourceExhausted);

        failure.Message.ShouldContain("1000");
    }

    [Fact]
    public async Task Grpc_itself_needs_http_2()
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request), web: true);

        using var response = await PostAsync(server, RawClient.Frame(Requests.Named("x")), "application/grpc");

        response.StatusCode.ShouldBe(HttpStatusCode.UpgradeRequired);
        response.Headers.Upgrade.ToString().ShouldBe("HTTP/2");
    }

    [Fact]
    public async Task Grpc_web_is_answered_over_http_2_too()
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request));
        using var raw = new RawClient(server.Address);

        var answer = await raw.PostAsync(RawClient.Frame(Requests.Named("x")), WebType);

        answer.Http.ShouldBe(HttpStatusCode.OK);
        Encoding.ASCII.GetString(answer.Content).ShouldEndWith("grpc-status:0\r\n");
    }

    [Fact]
    public async Task Messages_in_gzip_are_read_and_answered_in_kind()
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request), web: true);
        using var channel = server.Connect();
        var request = Requests.Sized(1_000_000);

        var response = await channel.UnaryAsync(PredictionService.Predict, request, new GrpcCallOptions { Encoding = GrpcEncoding.Gzip });

        response.Outputs.ShouldBe(request.Inputs);
    }

    [Fact]
    public async Task Names_in_any_case_and_spaces_around_values_are_read()
    {
        await using var server = await AnsweringAsync([.. Message, .. Trailers("Grpc-Status: 9\r\nGRPC-Message: not%20yet\r\n")]);
        using var channel = server.Connect();

        var failure = await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(StatusCode.FailedPrecondition);

        (failure.Message, failure.IsForeign).ShouldBe(("not yet", false));
    }

    public static TheoryData<string, byte[], StatusCode> Damaged { get; } = new()
    {
        { "no trailers", Message, StatusCode.Unknown },
        { "nothing", [], StatusCode.Unknown },
        { "no message", Trailers("grpc-status:0\r\n"), StatusCode.Internal },
        { "two messages", [.. Message, .. Message, .. Trailers("grpc-status:0\r\n")], StatusCode.Internal },
        { "trailers that end early", [.. Message, .. Trailers("grpc-status:0\r\n")[..^3]], StatusCode.Internal },
        { "a length that ends early", [.. Message, 0x80, 0], StatusCode.Internal },
        { "bytes after the trailers", [.. Message, .. Trailers("grpc-status:0\r\n"), 0], StatusCode.Internal },
        { "a line without a colon", [.. Message, .. Trailers("grpc-status 0\r\n")], StatusCode.Internal },
        { "trailers that are compressed", [.. Message, 0x81, 0, 0, 0, 0], StatusCode.Internal },
        { "trailers of 4 GiB", [.. Message, 0x80, 255, 255, 255, 255], StatusCode.Internal },
        { "trailers over the limit", [.. Message, .. Trailers("grpc-status:0\r\nlong:" + new string('x', GrpcWebFraming.MaxTrailerBytes))], StatusCode.Internal },
        { "a status that is no number", [.. Message, .. Trailers("grpc-status:fine\r\n")], StatusCode.Unknown },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_damaged_answer_is_an_error(string what, byte[] body, StatusCode expected)
    {
        await using var server = await AnsweringAsync(body);
        using var channel = server.Connect();

        (await channel.UnaryAsync(PredictionService.Predict, Requests.Named(what)).ShouldFailAsync(expected)).IsForeign.ShouldBeFalse();
    }

    [Theory]
    [InlineData(404, "text/html")]
    [InlineData(400, "application/json")]
    [InlineData(200, "application/grpc")]
    public async Task What_is_no_grpc_web_is_told_from_a_call_that_failed(int status, string contentType)
    {
        await using var server = await TestServer.RawAsync(
            context =>
            {
                (context.Response.StatusCode, context.Response.ContentType) = (status, contentType);
                return context.Response.WriteAsync("something else");
            },
            web: true);
        using var channel = server.Connect();

        (await Should.ThrowAsync<GrpcException>(channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")))).IsForeign.ShouldBeTrue();
    }

    private static Task<TestServer> AnsweringAsync(byte[] body) => TestServer.RawAsync(
        async context =>
        {
            // In pieces of a byte, as a network may deliver them.
            context.Response.ContentType = WebType;
            foreach (var one in body.Length < 100 ? body.Chunk(1) : [body])
            {
                await context.Response.Body.WriteAsync(one);
                await context.Response.Body.FlushAsync();
            }
        },
        web: true);

    private static byte[] Trailers(string lines) =>
        [0x80, 0, (byte)(lines.Length >> 16), (byte)(lines.Length >> 8), (byte)lines.Length, .. Encoding.ASCII.GetBytes(lines)];

    private static async Task<HttpResponseMessage> PostAsync(TestServer server, byte[] body, string contentType)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await http.PostAsync(new Uri(new Uri(server.Address), PredictionService.Predict.Path), content);
    }
}
