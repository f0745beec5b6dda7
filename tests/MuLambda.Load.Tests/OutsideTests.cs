using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using MuLambda.Load.Tests.Support;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;
using MuLambda.ServiceDefaults.Grpc;
using MuLambda.Timing;

namespace MuLambda.Load.Tests;

/// <summary>The generator tells a selector what its requests take beyond it, and nobody else.</summary>
public sealed class OutsideTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string?> _told = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_REST(bool isSelector)
    {
        await using var server = await PredictServer.StartAsync((context, _) =>
        {
            Seen(context, isSelector);
            return context.Response.WriteAsync(PredictServer.RightAnswer);
        });
        using var target = server.Connect();

        await SendAsync(target);

        ShouldHaveTold(isSelector);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_gRPC(bool isSelector)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.MapGrpcUnary(PredictionService.Predict, (_, call) =>
        {
            Seen(call.HttpContext, isSelector);
            return Task.FromResult(new PredictResponse { Outputs = { ["y"] = new TensorProto() } });
        });
        await app.StartAsync();
        using var target = new GrpcTarget(
            GrpcAddress.Parse(app.Urls.Single()), "m", "serving_default", new RandomInputs([new("x", DataType.DtFloat, [-1, 4])], 1), [1]);

        await SendAsync(target);

        ShouldHaveTold(isSelector);
    }

    private void Seen(HttpContext context, bool isSelector)
    {
        _told.Enqueue(context.Request.Headers.TryGetValue(OutsideReport.OutsideHeader, out var told) ? told.ToString() : null);
        if (isSelector)
        {
            context.Response.Headers[OutsideReport.TookHeader] = "0";
        }
    }

    private static async Task SendAsync(ILoadTarget target)
    {
        for (var i = 0; i < 3; i++)
        {
            (await target.SendAsync(i, 1, Timeout, CancellationToken.None)).ShouldBeNull();
        }
    }

    private void ShouldHaveTold(bool isSelector)
    {
        _told.Count.ShouldBe(3);
        _told.TryDequeue(out var first).ShouldBeTrue();
        first.ShouldBeNull();
        if (isSelector)
        {
            _told.ShouldAllBe(told => double.Parse(told!, System.Globalization.CultureInfo.InvariantCulture) > 0);
        }
        else
        {
            _told.ShouldAllBe(told => told == null);
        }
    }
}
