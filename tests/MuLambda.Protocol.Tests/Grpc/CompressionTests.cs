using System.IO.Compression;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

public sealed class CompressionTests
{
    private static readonly GrpcCallOptions Gzip = new() { Encoding = GrpcEncoding.Gzip };

    [Fact]
    public async Task Who_sends_in_gzip_is_answered_in_gzip()
    {
        string? sent = null;
        long? length = null;
        await using var server = await TestServer.PredictAsync((request, call) =>
        {
            (sent, length) = (call.HttpContext.Request.Headers["grpc-encoding"], call.HttpContext.Request.ContentLength);
            return Requests.EchoAsync(request);
        });
        using var channel = server.Connect();
        using var raw = new RawClient(server.Address);
        var request = Requests.Sized(1_000_000);

        (await channel.UnaryAsync(PredictionService.Predict, request, Gzip)).Outputs.ShouldBe(request.Inputs);
        sent.ShouldBe("gzip");
        length.ShouldNotBeNull().ShouldBeLessThan(10_000);

        var answer = await raw.PostAsync(
            RawClient.Frame(request), headers: new() { ["grpc-encoding"] = "gzip", ["grpc-accept-encoding"] = "identity, gzip" });
        answer.Status.ShouldBe(StatusCode.Ok);
        answer.Encoding.ShouldBe("gzip");
        answer.Content[0].ShouldBe((byte)1);
        answer.Content.Length.ShouldBeLessThan(10_000);

        var plain = await raw.PostAsync(RawClient.Frame(request), headers: new() { ["grpc-accept-encoding"] = "identity,gzip" });
        plain.Encoding.ShouldBeNull();
        plain.Content[0].ShouldBe((byte)0);
    }

    [Fact]
    public async Task A_message_that_compression_does_not_shorten_goes_as_it_is()
    {
        var noise = new byte[5_000];
        new Random(7).NextBytes(noise);
        var request = Requests.Sized(1);
        request.Inputs["x"].TensorContent = ByteString.CopyFrom(noise);
        using var frame = new PooledBuffer();
        GrpcFraming.Write(frame, request, encoding: GrpcEncoding.Gzip);
        frame.WrittenSpan[0].ShouldBe((byte)0);

        await using var server = await TestServer.PredictAsync((r, _) => Requests.EchoAsync(r));
        using var channel = server.Connect();
        (await channel.UnaryAsync(PredictionService.Predict, request, Gzip)).Outputs.ShouldBe(request.Inputs);
        (await channel.UnaryAsync(PredictionService.Predict, Requests.Named("small"), Gzip)).ModelSpec.Name.ShouldBe("small");
    }

    [Fact]
    public async Task A_message_that_unpacks_beyond_the_limit_is_refused_by_server_and_client()
    {
        await using var server = await TestServer.PredictAsync(
            (_, _) => Task.FromResult(new PredictResponse { Outputs = { Requests.Sized(2_000_000).Inputs } }),
            new GrpcServerOptions { MaxReceiveBytes = 100_000 });
        using var channel = server.Connect();

        // A thousand times smaller on the wire than the limit.
        (await channel.UnaryAsync(PredictionService.Predict, Requests.Sized(50_000_000), Gzip).ShouldFailAsync(StatusCode.ResourceExhausted))
            .Message.ShouldContain("100000");
        (await channel.UnaryAsync(
            PredictionService.Predict, Requests.Sized(2_000), Gzip with { MaxReceiveBytes = 200_000 }).ShouldFailAsync(StatusCode.ResourceExhausted))
            .Message.ShouldContain("200000");
    }

    [Fact]
    public async Task What_is_no_gzip_or_ends_early_is_an_error()
    {
        await using var server = await TestServer.PredictAsync((r, _) => Requests.EchoAsync(r));
        using var raw = new RawClient(server.Address);
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var noise = new byte[4_000];
            new Random(3).NextBytes(noise);
            await gzip.WriteAsync(noise);
        }

        foreach (var body in new[] { new byte[100], packed.ToArray()[..2_000], [] })
        {
            var frame = new byte[] { 1, 0, 0, (byte)(body.Length >> 8), (byte)body.Length };
            var answer = await raw.PostAsync([.. frame, .. body], headers: new() { ["grpc-encoding"] = "gzip" });
            answer.Status.ShouldBe(StatusCode.Internal, $"{body.Length} bytes");
        }
    }

    [Fact]
    public async Task An_encoding_nobody_asked_for_is_an_error_of_the_client()
    {
        await using var server = await TestServer.RawAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-encoding"] = "br";
            context.Response.AppendTrailer("grpc-status", "0");
            return Task.CompletedTask;
        });
        using var channel = server.Connect();

        (await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(StatusCode.Unimplemented))
            .Message.ShouldContain("br");
    }
}
