namespace MuLambda.Executor.Tests;

/// <summary>gRPC as <c>@grpc/grpc-js</c> speaks it; <c>interop/client.js</c> holds what each case does.</summary>
public sealed class InteropTests(InteropFixture interop) : IClassFixture<InteropFixture>
{
    [Theory]
    [InlineData("Predict answers")]
    [InlineData("Predict takes float_val, and a version")]
    [InlineData("Classify answers")]
    [InlineData("Regress answers, with a context too")]
    [InlineData("MultiInference answers")]
    [InlineData("GetModelMetadata answers")]
    [InlineData("GetModelStatus answers")]
    [InlineData("Health Check answers")]
    [InlineData("Health Watch streams until it is cancelled")]
    [InlineData("gzip goes both ways")]
    [InlineData("an encoding nobody knows is UNIMPLEMENTED")]
    [InlineData("metadata, text and bytes, is taken")]
    [InlineData("a deadline ends a run")]
    [InlineData("a cancelled call ends")]
    [InlineData("a message over the server's limit is RESOURCE_EXHAUSTED")]
    [InlineData("a message over the client's limit is RESOURCE_EXHAUSTED")]
    [InlineData("what cannot be answered has TensorFlow Serving's status and words")]
    [InlineData("a method nobody has is UNIMPLEMENTED")]
    [InlineData("calls side by side get their own answers")]
    [InlineData("HandleReloadConfigRequest replaces the models")]
    public void A_client_nobody_here_wrote_is_served_over_tcp_and_unix(string name)
    {
        foreach (var transport in new[] { "tcp", "unix" })
        {
            interop.Results.ShouldContainKey((transport, name));
            interop.Results[(transport, name)].ShouldBeNull(transport);
        }
    }

    [Fact]
    public void Every_case_of_the_client_is_one_of_these() => interop.Results.Count.ShouldBe(2 * 20);
}
