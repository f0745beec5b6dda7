using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;

namespace MuLambda.Protocol.Tests.Grpc;

public sealed class MetadataTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Metadata_goes_both_ways_as_text_and_as_bytes_whatever_the_status(bool succeeds)
    {
        byte[] bytes = [0, 1, 254, 255];
        GrpcMetadata? received = null, headers = null, trailers = null;
        await using var server = await TestServer.PredictAsync((request, call) =>
        {
            received = call.RequestMetadata;
            call.ResponseHeaders.Add("node", "local");
            call.ResponseTrailers.Add("served-by", "executor 1");
            call.ResponseTrailers.Add("served-by", "executor 2");
            call.ResponseTrailers.Add("checksum-bin", [.. bytes, 7]);
            return succeeds ? Requests.EchoAsync(request) : throw new GrpcException(StatusCode.NotFound, "no");
        });
        using var channel = server.Connect();
        var metadata = new GrpcMetadata { { "client", "digits fast" }, { "client", "second" } };
        metadata.Add("token-bin", bytes);
        var call = channel.UnaryAsync(
            PredictionService.Predict,
            Requests.Named("x"),
            new GrpcCallOptions { Metadata = metadata, OnHeaders = m => headers = m, OnTrailers = m => trailers = m });

        if (succeeds)
        {
            await call;
            headers.ShouldNotBeNull().GetValue("node").ShouldBe("local");
        }
        else
        {
            await call.ShouldFailAsync(StatusCode.NotFound);
        }

        // HTTP lets several values of a name travel as one.
        string.Join(", ", received.ShouldNotBeNull().Where(m => m.Key == "client").Select(m => m.Value)).ShouldBe("digits fast, second");
        received.GetBytes("token-bin").ShouldBe(bytes);
        received.ShouldNotContain(m => m.Key.StartsWith("grpc-", StringComparison.Ordinal) || m.Key == "content-type");
        trailers.ShouldNotBeNull().Where(m => m.Key == "served-by").Select(m => m.Value).ShouldBe(["executor 1", "executor 2"]);
        trailers.GetBytes("checksum-bin").ShouldBe([.. bytes, 7]);
        trailers.GetBytes("nothing-bin").ShouldBeNull();
    }

    [Theory]
    [InlineData("AAH+/w")]
    [InlineData("AAH+/w==")]
    [InlineData("AAH+/w==,AA==")]
    public void Bytes_are_read_with_and_without_padding(string wire)
    {
        var metadata = new GrpcMetadata();
        metadata.AddReceived("Token-Bin", wire);

        metadata.GetBytes("token-bin").ShouldBe([0, 1, 254, 255]);
    }

    [Fact]
    public void Bytes_that_are_no_base64_are_an_error()
    {
        var metadata = new GrpcMetadata();
        metadata.AddReceived("token-bin", "%%%");

        Should.Throw<FormatException>(() => metadata.GetBytes("token-bin")).Message.ShouldContain("token-bin");
    }

    [Theory]
    [InlineData("Upper", "x")]
    [InlineData("with space", "x")]
    [InlineData("grpc-timeout", "1S")]
    [InlineData("content-type", "x")]
    [InlineData("name", "l\u00fcge")]
    [InlineData("name", "two\nlines")]
    [InlineData("text-bin", "text")]
    public void Metadata_that_cannot_travel_is_refused(string name, string value) =>
        Should.Throw<ArgumentException>(() => new GrpcMetadata { { name, value } }).Message.ShouldContain(name);

    [Fact]
    public void Bytes_need_a_name_that_says_so() =>
        Should.Throw<ArgumentException>(() => new GrpcMetadata().Add("token", [1])).Message.ShouldContain("-bin");
}
