using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Selector.Tests.Forwarding;

/// <summary>How the selector comes to call an executor by gRPC-Web.</summary>
public sealed class WebChannelTests : IAsyncLifetime
{
    private const string Grpc = "HTTP/2";
    private const string Web = "HTTP/1.1";

    private readonly Model _model = TestPlatform.DigitModel("small", 0.9, 1000);
    private TestExecutor _executor = null!;
    private IExecutorConnection _connection = null!;

    public async Task InitializeAsync()
    {
        _executor = await TestExecutor.StartAsync("small");
        _connection = ExecutorConnections.Connect(_executor.Registration().Endpoints);
    }

    public async Task DisposeAsync()
    {
        _connection.Dispose();
        await _executor.DisposeAsync();
    }

    [Fact]
    public async Task The_first_call_does_not_wait_for_the_question_and_later_ones_go_by_grpc_web()
    {
        await UntilWebAsync();

        _executor.Protocols.First().ShouldBe(Grpc);
        (await PredictAsync()).RequestsAhead.ShouldBeNull();
        _executor.Handler = (request, call) =>
        {
            call.ResponseHeaders.Add("mulambda-requests-ahead", "3");
            return Task.FromResult(TestExecutor.Answer(request));
        };
        (await PredictAsync()).RequestsAhead.ShouldBe(3);
        _executor.Protocols.Last().ShouldBe(Web);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(200)]
    public async Task A_server_that_speaks_something_else_there_is_asked_once(int status)
    {
        var asked = 0;
        _executor.Foreign = context =>
        {
            Interlocked.Increment(ref asked);
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("""{"error": "Malformed request"}""");
        };

        for (var i = 0; i < 2500; i++)
        {
            await PredictAsync();
        }

        asked.ShouldBe(1);
        _executor.Protocols.ShouldAllBe(protocol => protocol == Grpc);
    }

    [Fact]
    public async Task A_server_that_cannot_say_yet_is_asked_again_later()
    {
        var asked = 0;
        _executor.Foreign = context =>
        {
            Interlocked.Increment(ref asked);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        for (var i = 0; i < 500; i++)
        {
            await PredictAsync();
        }

        asked.ShouldBe(1);
        _executor.Foreign = null;
        await UntilWebAsync();
    }

    [Fact]
    public async Task An_executor_that_does_not_know_the_model_it_is_asked_about_speaks_it_all_the_same()
    {
        _executor.Status = (_, _) => throw new GrpcException(StatusCode.NotFound, "Servable not found");

        await UntilWebAsync();

        _executor.Protocols.Count.ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task A_request_whose_executor_was_replaced_by_another_server_is_answered_within_the_time_it_has_left()
    {
        await UntilWebAsync();
        var (foreign, times) = (0, new ConcurrentQueue<TimeSpan?>());
        _executor.Foreign = context =>
        {
            foreign++;
            GrpcTimeout.TryParse(context.Request.Headers["grpc-timeout"].Single(), out var time).ShouldBeTrue();
            times.Enqueue(time);
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        _executor.Handler = (request, call) =>
        {
            times.Enqueue(call.Timeout);
            return Task.FromResult(TestExecutor.Answer(request));
        };

        for (var i = 0; i < 10; i++)
        {
            await PredictAsync();
        }

        foreign.ShouldBe(1);
        _executor.Protocols.TakeLast(10).ShouldAllBe(protocol => protocol == Grpc);
        times.Count.ShouldBe(11);
        times.ElementAt(1)!.Value.ShouldBeLessThan(times.First()!.Value);
        times.Skip(2).ShouldAllBe(time => time == TestPlatform.Patience);
    }

    [Fact]
    public async Task More_calls_at_a_time_than_connections_share_those_of_grpc()
    {
        await UntilWebAsync();
        _executor.Protocols.Clear();
        var (arrived, go) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        const int Calls = WebChannel.MaxCalls + 8;
        _executor.Handler = async (request, _) =>
        {
            if (Interlocked.Increment(ref arrived) == Calls)
            {
                all.SetResult();
            }

            await go.Task;
            return TestExecutor.Answer(request);
        };

        Task[] calls = [.. Enumerable.Range(0, Calls).Select(_ => PredictAsync())];
        await all.Task.WaitAsync(TestPlatform.Patience);
        go.SetResult();
        await Task.WhenAll(calls);

        _executor.Protocols.Count(protocol => protocol == Web).ShouldBe(WebChannel.MaxCalls);
        _executor.Protocols.Count(protocol => protocol == Grpc).ShouldBe(8);
    }

    [Fact]
    public async Task A_failure_keeps_its_status_and_says_when_to_come_again()
    {
        await UntilWebAsync();
        _executor.Handler = (_, _) => throw new GrpcException(StatusCode.ResourceExhausted, "full") { RetryAfter = TimeSpan.FromMilliseconds(40) };

        var failure = await Should.ThrowAsync<GrpcException>(PredictAsync());

        (failure.StatusCode, failure.Message, failure.RetryAfter).ShouldBe((StatusCode.ResourceExhausted, "full", TimeSpan.FromMilliseconds(40)));
        _executor.Protocols.Last().ShouldBe(Web);
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_mid_call_is_unavailable_and_a_new_one_serves()
    {
        await UntilWebAsync();
        _executor.Cut();
        (await Should.ThrowAsync<GrpcException>(PredictAsync())).StatusCode.ShouldBe(StatusCode.Unavailable);

        _executor.Recover();
        await PredictAsync();

        _executor.Protocols.Last().ShouldBe(Web);
    }

    [Fact]
    public async Task A_call_whose_time_is_up_ends_for_the_executor_too()
    {
        await UntilWebAsync();
        var (isThere, gaveUp) = (false, new TaskCompletionSource());
        _executor.Handler = async (request, call) =>
        {
            Volatile.Write(ref isThere, true);
            using var registration = call.HttpContext.RequestAborted.Register(() => gaveUp.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, call.HttpContext.RequestAborted);
            return TestExecutor.Answer(request);
        };

        // However busy the machine is: until one was there before its time was up.
        for (var time = TimeSpan.FromMilliseconds(100); !Volatile.Read(ref isThere) && time < TestPlatform.Patience; time *= 2)
        {
            (await Should.ThrowAsync<GrpcException>(PredictAsync(time))).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        }

        await gaveUp.Task.WaitAsync(TestPlatform.Patience);
    }

    private async Task UntilWebAsync()
    {
        using var deadline = new CancellationTokenSource(TestPlatform.Patience);
        while (!_executor.Protocols.Contains(Web))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await PredictAsync();
        }
    }

    private async Task<ExecutorAnswer> PredictAsync(TimeSpan? timeout = null)
    {
        var prediction = new Prediction(_model, new JsonInput(Encoding.UTF8.GetBytes(TestPlatform.Body(3))).For(_model));
        return await _connection.PredictAsync(prediction, timeout ?? TestPlatform.Patience, CancellationToken.None);
    }
}
