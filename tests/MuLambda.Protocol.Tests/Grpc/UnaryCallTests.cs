using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

public sealed class Http2UnaryCallTests() : UnaryCallTests(web: false);

public sealed class WebUnaryCallTests() : UnaryCallTests(web: true);

/// <summary>What holds of calls over HTTP/2 and of gRPC-Web alike.</summary>
public abstract class UnaryCallTests(bool web)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(5_000_000)]
    public async Task A_message_of_any_size_comes_back_over_tcp(int bytes)
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request), web: web);
        using var channel = server.Connect();

        var request = Requests.Sized(bytes);
        var response = await channel.UnaryAsync(PredictionService.Predict, request);

        response.Outputs.ShouldBe(request.Inputs);
    }

    [Fact]
    public async Task A_unix_domain_socket_carries_calls_like_tcp()
    {
        var folder = Directory.CreateTempSubdirectory("mulambda-grpc-");
        try
        {
            await using var server = await TestServer.PredictAsync(
                (request, _) => Requests.EchoAsync(request), socketPath: Path.Combine(folder.FullName, "s"), web: web);
            using var channel = server.Connect();

            var response = await channel.UnaryAsync(PredictionService.Predict, Requests.Named("digits"));

            response.ModelSpec.Name.ShouldBe("digits");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Many_concurrent_calls_share_a_channel_and_get_their_own_answers()
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request), web: web);
        using var channel = server.Connect();

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i =>
            channel.UnaryAsync(PredictionService.Predict, Requests.Named($"model-{i}"))));

        answers.Select(a => a.ModelSpec.Name).ShouldBe(Enumerable.Range(0, 500).Select(i => $"model-{i}"));
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "plain")]
    [InlineData(StatusCode.InvalidArgument, "100 % of \u00fcmlauts, \u6f22\u5b57,\nlines and \ud83d\udd22")]
    [InlineData(StatusCode.ResourceExhausted, "")]
    public async Task The_handlers_status_and_message_reach_the_caller(StatusCode status, string message)
    {
        await using var server = await TestServer.PredictAsync((_, _) => throw new GrpcException(status, message), web: web);
        using var channel = server.Connect();

        var failure = await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(status);

        failure.Message.ShouldBe(message);
    }

    [Fact]
    public async Task A_call_that_a_handler_ends_without_throwing_ends_in_the_same_way()
    {
        var ended = new TaskCompletionSource<StatusCode>();
        await using var server = await TestServer.PredictAsync(
            (request, call) =>
            {
                call.ResponseTrailers.Add("own", "1");
                call.Failure = new GrpcException(StatusCode.ResourceExhausted, "full")
                {
                    RetryAfter = TimeSpan.FromSeconds(2), Trailers = new GrpcMetadata { { "retry-after", "2" } },
                };
                return Requests.EchoAsync(request);
            },
            new GrpcServerOptions { Ended = (status, _) => ended.TrySetResult(status) }, web: web);
        using var channel = server.Connect();
        GrpcMetadata? trailers = null;

        var failure = await channel.UnaryAsync(
            PredictionService.Predict, Requests.Named("x"), new GrpcCallOptions { OnTrailers = all => trailers = all }).ShouldFailAsync(StatusCode.ResourceExhausted);

        (failure.Message, failure.RetryAfter).ShouldBe(("full", TimeSpan.FromSeconds(2)));
        (trailers?.GetValue("retry-after"), trailers?.GetValue("own")).ShouldBe(("2", "1"));
        (await ended.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_caller_may_be_told_a_status_without_an_exception()
    {
        await using var server = await TestServer.PredictAsync((request, call) =>
        {
            call.Failure = request.ModelSpec.Name == "full" ? new GrpcException(StatusCode.ResourceExhausted, "full") { RetryAfter = TimeSpan.FromSeconds(2) } : null;
            return Requests.EchoAsync(request);
        }, web: web);
        using var channel = server.Connect();

        var refused = await channel.TryUnaryAsync(PredictionService.Predict, Requests.Named("full"));
        var answered = await channel.TryUnaryAsync(PredictionService.Predict, Requests.Named("idle"));

        (refused.Answer, refused.Failure?.StatusCode, refused.Failure?.RetryAfter).ShouldBe((null, StatusCode.ResourceExhausted, TimeSpan.FromSeconds(2)));
        refused.Failure!.StackTrace.ShouldBeNull("it was never thrown");
        (answered.Answer?.ModelSpec.Name, answered.Failure).ShouldBe(("idle", null));
        Should.Throw<GrpcException>(() => refused.OrThrow()).ShouldBeSameAs(refused.Failure);
    }

    [Fact]
    public async Task An_unexpected_exception_is_internal_and_keeps_its_details_to_itself()
    {
        await using var server = await TestServer.PredictAsync((_, _) => throw new InvalidOperationException("secret"), web: web);
        using var channel = server.Connect();

        var failure = await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(StatusCode.Internal);

        failure.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_method_nobody_mapped_is_unimplemented()
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request), web: web);
        using var channel = server.Connect();
        var unknown = new GrpcMethod<PredictRequest, PredictResponse>(
            "tensorflow.serving.PredictionService", "Classify", PredictRequest.Parser, PredictResponse.Parser);

        var failure = await channel.UnaryAsync(unknown, Requests.Named("x")).ShouldFailAsync(StatusCode.Unimplemented);

        failure.Message.ShouldContain("Classify");
    }

    [Fact]
    public async Task The_deadline_ends_the_call_for_caller_and_handler()
    {
        var stopped = new TaskCompletionSource();
        var time = new ManualTime();
        var timeout = TimeSpan.FromHours(1);
        await using var server = await TestServer.PredictAsync(async (_, call) =>
        {
            call.Timeout.ShouldBe(timeout);
            call.Deadline.ShouldNotBeNull();
            call.CancellationToken.Register(() => stopped.TrySetResult());
            time.Advance(timeout);
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return new PredictResponse();
        }, web: web);
        using var channel = server.Connect(new GrpcChannelOptions { TimeProvider = time });

        await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x"), new GrpcCallOptions { Timeout = timeout })
            .ShouldFailAsync(StatusCode.DeadlineExceeded);

        await stopped.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_deadline_in_the_past_ends_the_call_before_it_is_sent()
    {
        var calls = 0;
        await using var server = await TestServer.PredictAsync((request, _) =>
        {
            Interlocked.Increment(ref calls);
            return Requests.EchoAsync(request);
        }, web: web);
        using var channel = server.Connect();

        await channel.UnaryAsync(
            PredictionService.Predict, Requests.Named("x"), new GrpcCallOptions { Deadline = DateTimeOffset.UtcNow.AddSeconds(-1) })
            .ShouldFailAsync(StatusCode.DeadlineExceeded);

        calls.ShouldBe(0);
    }

    [Fact]
    public async Task Cancelling_ends_the_call_and_the_handler()
    {
        using var cancel = new CancellationTokenSource();
        var stopped = new TaskCompletionSource();
        await using var server = await TestServer.PredictAsync(async (_, call) =>
        {
            call.CancellationToken.Register(() => stopped.TrySetResult());
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return new PredictResponse();
        }, web: web);
        using var channel = server.Connect();

        await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x"), cancellationToken: cancel.Token)
            .ShouldFailAsync(StatusCode.Cancelled);

        await stopped.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_port_nobody_listens_on_is_unavailable()
    {
        string address;
        await using (var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request), web: web))
        {
            address = server.Address;
        }

        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { Web = web });

        var failure = await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(StatusCode.Unavailable);

        failure.Message.ShouldContain(address);
    }

    [Fact]
    public async Task Request_metadata_arrives_as_headers()
    {
        var seen = new TaskCompletionSource<string?>();
        await using var server = await TestServer.PredictAsync((request, call) =>
        {
            seen.TrySetResult(call.HttpContext.Request.Headers["mulambda-client"]);
            return Requests.EchoAsync(request);
        }, web: web);
        using var channel = server.Connect();

        await channel.UnaryAsync(
            PredictionService.Predict,
            Requests.Named("x"),
            new GrpcCallOptions { Metadata = [new("mulambda-client", "digits-fast")] });

        (await seen.Task).ShouldBe("digits-fast");
    }

    [Fact]
    public async Task The_trace_context_of_the_caller_reaches_the_server()
    {
        var seen = new TaskCompletionSource<string?>();
        await using var server = await TestServer.PredictAsync((request, call) =>
        {
            seen.TrySetResult(call.HttpContext.Request.Headers.TraceParent);
            return Requests.EchoAsync(request);
        }, web: web);
        using var channel = server.Connect();
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x"));

        (await seen.Task).ShouldNotBeNull().ShouldContain(activity.TraceId.ToHexString());
    }

    [Fact]
    public async Task A_request_over_the_servers_limit_is_resource_exhausted_and_names_it()
    {
        await using var server = await TestServer.PredictAsync(
            (request, _) => Requests.EchoAsync(request), new GrpcServerOptions { MaxReceiveBytes = 1000 }, web: web);
        using var channel = server.Connect();

        var failure = await channel.UnaryAsync(PredictionService.Predict, Requests.Sized(3_000_000))
            .ShouldFailAsync(StatusCode.ResourceExhausted);

        failure.Message.ShouldContain("1000");
    }

    [Fact]
    public async Task Limits_hold_on_what_the_caller_sends_and_receives()
    {
        await using var server = await TestServer.PredictAsync((request, _) => Requests.EchoAsync(request), web: web);
        using var channel = server.Connect(new GrpcChannelOptions { MaxSendBytes = 10_000 });

        (await channel.UnaryAsync(PredictionService.Predict, Requests.Sized(20_000))
            .ShouldFailAsync(StatusCode.ResourceExhausted)).Message.ShouldContain("10000");
        (await channel.UnaryAsync(PredictionService.Predict, Requests.Sized(5_000), new GrpcCallOptions { MaxReceiveBytes = 2_000 })
            .ShouldFailAsync(StatusCode.ResourceExhausted)).Message.ShouldContain("2000");
    }

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(200, StatusCode.Unknown)]
    public async Task An_answer_that_is_not_grpc_maps_its_http_status(int http, StatusCode expected)
    {
        await using var server = await TestServer.RawAsync(async context =>
        {
            context.Response.StatusCode = http;
            await context.Response.WriteAsync("no gRPC here");
        }, web: web);
        using var channel = server.Connect();

        await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(expected);
    }
}
