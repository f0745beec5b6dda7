using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Protocol.Tests.Grpc;

/// <summary>Calls of which one side is not ours, over HTTP/2.</summary>
public sealed class RawCallTests
{
    [Fact]
    public async Task The_server_itself_enforces_the_deadline_it_is_told()
    {
        await using var server = await TestServer.PredictAsync(async (_, call) =>
        {
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return new PredictResponse();
        });
        using var raw = new RawClient(server.Address);

        var answer = await raw.PostAsync(RawClient.Frame(Requests.Named("x")), headers: new() { ["grpc-timeout"] = "50m" });

        answer.Status.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Theory]
    [InlineData(false, StatusCode.Ok)]
    [InlineData(true, StatusCode.Internal)]
    public async Task A_message_is_handled_before_its_request_has_ended_and_a_second_one_is_refused(bool sendsSecond, StatusCode expected)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.PredictAsync((request, _) =>
        {
            handled.SetResult();
            return Requests.EchoAsync(request);
        });
        using var raw = new RawClient(server.Address);
        var frame = RawClient.Frame(Requests.Named("x"));

        var answer = await raw.PostAsync(new WrittenContent(async body =>
        {
            await body.WriteAsync(frame);
            await body.FlushAsync();
            await handled.Task.WaitAsync(TimeSpan.FromSeconds(30));
            if (sendsSecond)
            {
                await body.WriteAsync(frame);
            }
        }));

        answer.Status.ShouldBe(expected);
        (answer.Content.Length > 0).ShouldBe(!sendsSecond);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_cut_in_mid_call_is_unavailable(bool afterHeaders)
    {
        await using var server = await TestServer.RawAsync(async context =>
        {
            if (afterHeaders)
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 9 });
                await context.Response.Body.FlushAsync();
            }

            TestServer.CutConnection(context);
        });
        using var channel = server.Connect();

        await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(StatusCode.Unavailable);
    }

    [Fact]
    public async Task An_answer_without_a_status_or_without_a_message_is_an_error()
    {
        await using var server = await TestServer.RawAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.BodyWriter.FlushAsync();
            if (context.Request.Headers["case"] == "no-message")
            {
                context.Response.AppendTrailer("grpc-status", "0");
            }
        });
        using var channel = server.Connect();

        await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x")).ShouldFailAsync(StatusCode.Unknown);
        await channel.UnaryAsync(PredictionService.Predict, Requests.Named("x"), new() { Metadata = [new("case", "no-message")] })
            .ShouldFailAsync(StatusCode.Internal);
    }
}
