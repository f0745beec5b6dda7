using System.IO.Pipelines;
using System.Net;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Protocol.Tests.Grpc;

public sealed class FramingTests
{
    private const int Limit = 1000;

    public static TheoryData<string, byte[], StatusCode> BrokenFrames { get; } = new()
    {
        { "half a header", [0, 0, 0], StatusCode.Internal },
        { "a truncated message", [0, 0, 0, 0, 9, 1, 2], StatusCode.Internal },
        { "a length over the limit", [0, 0, 0, 0x03, 0xE9], StatusCode.ResourceExhausted },
        { "a length beyond 31 bits", [0, 0xFF, 0xFF, 0xFF, 0xFF], StatusCode.ResourceExhausted },
        { "a compressed message without an encoding", [1, 0, 0, 0, 1, 0], StatusCode.Internal },
        { "unknown flags", [2, 0, 0, 0, 0], StatusCode.Internal },
        { "a message that is no protobuf", [0, 0, 0, 0, 2, 0xFF, 0xFF], StatusCode.Internal },
        { "a map's entry that ends in the middle of a field", [0, 0, 0, 0, 0x21, 0x0A, 0x0B, 0x0A, 0, 0x25, 0x12, 0x78, 0x12, 0x12, 8, 1, 0x12, 4, 0x12, 2, 8, 2, 0xAA, 8, 0, 0, 0x21, 0x0A, 3, 0x80, 0x3F, 0, 0, 0, 0, 0, 1, 0x79, 0x79], StatusCode.Internal },
        { "two messages", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], StatusCode.Internal },
    };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public async Task A_broken_frame_has_a_status_from_pipes_and_streams_alike(string what, byte[] bytes, StatusCode expected)
    {
        foreach (var chunk in new[] { 1, 3, 1000 })
        {
            var fromStream = await Should.ThrowAsync<GrpcException>(async () =>
                await GrpcFraming.ReadUnaryAsync(new ChunkedStream(bytes, chunk), PredictRequest.Parser, Limit), what);
            fromStream.StatusCode.ShouldBe(expected, what);
            var fromPipe = await Should.ThrowAsync<GrpcException>(async () =>
                await GrpcFraming.ReadUnaryAsync(PipeReader.Create(new ChunkedStream(bytes, chunk)), PredictRequest.Parser, Limit), what);
            fromPipe.StatusCode.ShouldBe(expected, what);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_message_split_anywhere_is_read_whole(int chunk)
    {
        var message = Requests.Sized(700);
        var bytes = RawClient.Frame(message);

        (await GrpcFraming.ReadUnaryAsync(new ChunkedStream(bytes, chunk), PredictRequest.Parser, Limit)).ShouldBe(message);
        (await GrpcFraming.ReadUnaryAsync(PipeReader.Create(new ChunkedStream(bytes, chunk)), PredictRequest.Parser, Limit))
            .ShouldBe(message);
    }

    [Fact]
    public async Task A_message_of_exactly_the_limit_is_read_and_no_message_is_null()
    {
        var message = Requests.Sized(700);
        var bytes = RawClient.Frame(message);
        var size = bytes.Length - GrpcFraming.HeaderBytes;

        (await GrpcFraming.ReadUnaryAsync(new MemoryStream(bytes), PredictRequest.Parser, size)).ShouldBe(message);
        (await GrpcFraming.ReadUnaryAsync(Stream.Null, PredictRequest.Parser, size)).ShouldBeNull();
        (await GrpcFraming.ReadUnaryAsync(PipeReader.Create(Stream.Null), PredictRequest.Parser, size)).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public async Task The_server_answers_broken_frames_with_their_status(string what, byte[] bytes, StatusCode expected)
    {
        await using var server = await TestServer.PredictAsync(
            (request, _) => Requests.EchoAsync(request), new() { MaxReceiveBytes = Limit });
        using var raw = new RawClient(server.Address);

        var answer = await raw.PostAsync(bytes);

        answer.Http.ShouldBe(HttpStatusCode.OK, what);
        answer.Status.ShouldBe(expected, what);
        answer.Message.ShouldNotBeNullOrEmpty(what);
    }

    [Fact]
    public async Task Other_content_types_are_refused_and_an_encoding_is_answered_with_what_is_understood()
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request));
        using var raw = new RawClient(server.Address);
        var frame = RawClient.Frame(Requests.Named("x"));

        (await raw.PostAsync(frame, "application/json")).Http.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await raw.PostAsync(frame, "application/grpc-web-text")).Http.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await raw.PostAsync(frame, "application/grpc+proto")).Status.ShouldBe(StatusCode.Ok);
        (await raw.PostAsync(frame, headers: new() { ["grpc-timeout"] = "soon" })).Status.ShouldBe(StatusCode.InvalidArgument);

        var compressed = await raw.PostAsync([1, 0, 0, 0, 1, 0], headers: new() { ["grpc-encoding"] = "snappy" });
        compressed.Status.ShouldBe(StatusCode.Unimplemented);
        compressed.Message.ShouldNotBeNull().ShouldContain("snappy");
        compressed.AcceptEncoding.ShouldBe("identity,gzip");
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
