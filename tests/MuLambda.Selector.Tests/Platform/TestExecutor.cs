using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using MuLambda.Catalog;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;
using MuLambda.ServiceDefaults.Grpc;

namespace MuLambda.Selector.Tests;

/// <summary>A real server that speaks Predict over gRPC and gRPC-Web and answers, or fails, as the test says.</summary>
internal sealed class TestExecutor : IAsyncDisposable
{
    private WebApplication? _app;

    public string Id { get; private init; } = "";

    /// <summary>How a call is answered; by default with the class that the first element of each example names.</summary>
    public Func<PredictRequest, GrpcServerContext, Task<PredictResponse>> Handler { get; set; } = (request, _) => Task.FromResult(Answer(request));

    /// <summary>How it answers a question for a model's status.</summary>
    public Func<GetModelStatusRequest, GrpcServerContext, Task<GetModelStatusResponse>> Status { get; set; } = (_, _) => Task.FromResult(new GetModelStatusResponse());

    public ConcurrentQueue<(PredictRequest Request, string? TraceParent)> Calls { get; } = [];

    /// <summary>The protocol of each call.</summary>
    public ConcurrentQueue<string> Protocols { get; } = [];

    /// <summary>What another server would answer over HTTP/1.1; null for gRPC-Web.</summary>
    public RequestDelegate? Foreign { get; set; }

    /// <summary>Where gRPC is.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Where REST would be, and gRPC-Web is.</summary>
    public Uri Web { get; private set; } = null!;

    public string? Socket { get; private init; }

    public static async Task<TestExecutor> StartAsync(string id, bool socket = false)
    {
        var executor = new TestExecutor
        {
            Id = id,
            Socket = socket ? Path.Combine(Path.GetTempPath(), $"mulambda-{Guid.NewGuid():N}.sock") : null,
        };
        await executor.StartAsync();
        return executor;
    }

    public Executor Registration(ExecutorState state = ExecutorState.Ready, bool socketOnly = false) => new(
        Id, "local", [new ModelReference(Id, 1)],
        socketOnly
            ? new ExecutorEndpoints("http://127.0.0.1:9", "http://127.0.0.1:9", Socket)
            : new ExecutorEndpoints(Web.AbsoluteUri.TrimEnd('/'), Address.AbsoluteUri.TrimEnd('/'), Socket),
        state);

    /// <summary>Every call fails with a status.</summary>
    public void FailWith(StatusCode status, string message = "injected") =>
        Handler = (_, _) => throw new GrpcException(status, message);

    /// <summary>Every call's connection is cut, as a killed process does.</summary>
    public void Cut() => Handler = (request, call) =>
    {
        ((ConnectionContext)call.HttpContext.Features.Get<IConnectionItemsFeature>()!.Items[nameof(Cut)]!).Abort();
        return Task.FromResult(Answer(request));
    };

    /// <summary>Calls stay unanswered until their caller gives up.</summary>
    public void Hang() => Handler = async (request, call) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        return Answer(request);
    };

    public void Recover() => Handler = (request, _) => Task.FromResult(Answer(request));

    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    public static PredictResponse Answer(PredictRequest request)
    {
        var input = request.Inputs["image"];
        var rows = (int)input.TensorShape.Dim[0].Size;
        var probabilities = new byte[rows * 10 * 4];
        for (var row = 0; row < rows; row++)
        {
            var label = (int)BinaryPrimitives.ReadSingleLittleEndian(input.TensorContent.Span[(row * 4 * 4)..]);
            for (var i = 0; i < 10; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(probabilities.AsSpan(((row * 10) + i) * 4), i == label ? 0.75f : 0.03125f);
            }
        }

        var output = new TensorProto
        {
            Dtype = DataType.DtFloat,
            TensorShape = new TensorShapeProto { Dim = { Dim(rows), Dim(10) } },
            TensorContent = ByteString.CopyFrom(probabilities),
        };
        return new PredictResponse { ModelSpec = request.ModelSpec, Outputs = { ["probabilities"] = output } };
    }

    private static TensorShapeProto.Types.Dim Dim(long size) => new() { Size = size };

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            void Configure(ListenOptions listen, HttpProtocols protocols)
            {
                listen.Protocols = protocols;
                listen.Use(next => connection =>
                {
                    connection.Items[nameof(Cut)] = connection;
                    return next(connection);
                });
            }

            kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(listen, HttpProtocols.Http2));
            kestrel.Listen(IPAddress.Loopback, 0, listen => Configure(listen, HttpProtocols.Http1));
            if (Socket is { } path)
            {
                kestrel.ListenUnixSocket(path, listen => Configure(listen, HttpProtocols.Http2));
            }
        });
        _app = builder.Build();
        _app.Use((context, next) => Foreign is { } foreign && !HttpProtocol.IsHttp2(context.Request.Protocol) ? foreign(context) : next(context));
        _app.MapGrpcUnary(ModelService.GetModelStatus, (request, call) => Status(request, call));
        _app.MapGrpcUnary(PredictionService.Predict, (request, call) =>
        {
            Calls.Enqueue((request, call.HttpContext.Request.Headers.TraceParent));
            Protocols.Enqueue(call.HttpContext.Request.Protocol);
            return Handler(request, call);
        });
        await _app.StartAsync();
        Uri[] addresses = [.. _app.Urls.Where(url => url.StartsWith("http://127", StringComparison.Ordinal)).Select(url => new Uri(url))];
        (Address, Web) = (addresses[0], addresses[1]);
    }
}
