using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

public sealed class Http2ServerStreamingTests() : ServerStreamingTests(web: false);

public sealed class WebServerStreamingTests() : ServerStreamingTests(web: true);

/// <summary>What holds of streams over HTTP/2 and of gRPC-Web alike.</summary>
public abstract class ServerStreamingTests(bool web)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Any method will do; what matters is how it is mapped.
    private static readonly GrpcMethod<PredictRequest, PredictResponse> Stream =
        new("mulambda.Test", "Stream", PredictRequest.Parser, PredictResponse.Parser);

    [Fact]
    public async Task Every_message_arrives_in_its_order_and_when_it_is_sent()
    {
        var go = Channel.CreateUnbounded<string>();
        await using var server = await TestServer.StreamingAsync(Stream, (_, call) => Answers(go.Reader.ReadAllAsync(call.CancellationToken)), web);
        using var channel = server.Connect();
        await using var answers = channel.ServerStreamingAsync(Stream, Requests.Named("x")).GetAsyncEnumerator();

        for (var i = 0; i < 100; i++)
        {
            go.Writer.TryWrite($"{i}").ShouldBeTrue();
            (await answers.MoveNextAsync().AsTask().WaitAsync(Patience)).ShouldBeTrue();
            answers.Current.ModelSpec.Name.ShouldBe($"{i}");
        }

        go.Writer.Complete();
        (await answers.MoveNextAsync().AsTask().WaitAsync(Patience)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task The_status_comes_after_the_messages_that_were_sent(int messages)
    {
        await using var server = await TestServer.StreamingAsync(Stream, (_, call) =>
        {
            call.ResponseTrailers.Add("sent", $"{messages}");
            return FailAfter(messages);
        }, web);
        using var channel = server.Connect();
        var (received, trailer) = (0, (string?)null);

        var failure = await Should.ThrowAsync<GrpcException>(async () =>
        {
            await foreach (var _ in channel.ServerStreamingAsync(
                Stream, Requests.Named("x"), new GrpcCallOptions { OnTrailers = m => trailer = m.GetValue("sent") }))
            {
                received++;
            }
        });

        (received, failure.StatusCode, failure.Message, trailer).ShouldBe((messages, StatusCode.Aborted, "enough", $"{messages}"));
    }

    [Fact]
    public async Task A_caller_who_leaves_the_loop_ends_the_handler()
    {
        var stopped = new TaskCompletionSource();
        await using var server = await TestServer.StreamingAsync(Stream, (_, call) => Endless(stopped, call.CancellationToken), web);
        using var channel = server.Connect();

        await foreach (var answer in channel.ServerStreamingAsync(Stream, Requests.Named("x")))
        {
            answer.ModelSpec.Name.ShouldBe("0");
            break;
        }

        await stopped.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(true, StatusCode.Cancelled)]
    [InlineData(false, StatusCode.DeadlineExceeded)]
    public async Task Cancelling_and_deadlines_end_a_stream_for_both_sides(bool cancels, StatusCode expected)
    {
        var stopped = new TaskCompletionSource();
        var time = new ManualTime();
        await using var server = await TestServer.StreamingAsync(Stream, (_, call) => Waiting(stopped, call.CancellationToken), web);
        using var channel = server.Connect(new GrpcChannelOptions { TimeProvider = time });
        using var cancel = new CancellationTokenSource();
        var options = new GrpcCallOptions { Timeout = TimeSpan.FromHours(1) };

        var failure = await Should.ThrowAsync<GrpcException>(async () =>
        {
            await foreach (var _ in channel.ServerStreamingAsync(Stream, Requests.Named("x"), options, cancel.Token))
            {
                if (cancels)
                {
                    await cancel.CancelAsync();
                }
                else
                {
                    time.Advance(options.Timeout.Value);
                }
            }
        });

        failure.StatusCode.ShouldBe(expected);
        await stopped.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_stream_in_gzip_is_read_and_one_message_over_the_limit_ends_it()
    {
        await using var server = await TestServer.StreamingAsync(Stream, (_, _) => Sized([10, 50_000, 500_000]), web);
        using var channel = server.Connect();
        var sizes = new List<int>();

        var failure = await Should.ThrowAsync<GrpcException>(async () =>
        {
            await foreach (var answer in channel.ServerStreamingAsync(
                Stream, Requests.Sized(2_000), new GrpcCallOptions { Encoding = GrpcEncoding.Gzip, MaxReceiveBytes = 100_000 }))
            {
                sizes.Add(answer.Outputs["x"].TensorContent.Length);
            }
        });

        sizes.ShouldBe([10, 50_000]);
        failure.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_connection_cut_between_messages_is_unavailable()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await TestServer.StreamingAsync(Stream, (_, call) => Cut(call.HttpContext, arrived.Task), web);
        using var channel = server.Connect();
        var received = 0;

        var failure = await Should.ThrowAsync<GrpcException>(async () =>
        {
            await foreach (var _ in channel.ServerStreamingAsync(Stream, Requests.Named("x")))
            {
                received++;
                arrived.TrySetResult();
            }
        });

        (received, failure.StatusCode).ShouldBe((1, StatusCode.Unavailable));
    }

    private static PredictResponse Named(string name) => new() { ModelSpec = new ModelSpec { Name = name } };

    private static async IAsyncEnumerable<PredictResponse> Answers(IAsyncEnumerable<string> names)
    {
        await foreach (var name in names)
        {
            yield return Named(name);
        }
    }

    private static async IAsyncEnumerable<PredictResponse> FailAfter(int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            await Task.Yield();
            yield return Named($"{i}");
        }

        throw new GrpcException(StatusCode.Aborted, "enough");
    }

    private static async IAsyncEnumerable<PredictResponse> Endless(
        TaskCompletionSource stopped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => stopped.TrySetResult());
        for (var i = 0; ; i++)
        {
            yield return Named($"{i}");
            await Task.Yield();
        }
    }

    private static async IAsyncEnumerable<PredictResponse> Waiting(
        TaskCompletionSource stopped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() => stopped.TrySetResult());
        yield return Named("first");
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static async IAsyncEnumerable<PredictResponse> Sized(int[] sizes)
    {
        foreach (var size in sizes)
        {
            await Task.Yield();
            yield return new PredictResponse { Outputs = { Requests.Sized(size).Inputs } };
        }
    }

    private static async IAsyncEnumerable<PredictResponse> Cut(HttpContext context, Task arrived)
    {
        yield return Named("first");
        await arrived;
        TestServer.CutConnection(context);
        yield return Named("second");
    }
}
