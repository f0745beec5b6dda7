using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MuLambda.Executor.Hosting;
using MuLambda.Executor.Metrics;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Executor.Scheduling;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Tests.Support;

/// <summary>The executor within the test's process, on real sockets.</summary>
internal sealed class RunningExecutor : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly List<GrpcChannel> _channels = [];

    private RunningExecutor(WebApplication app)
    {
        _app = app;
        var endpoints = app.Services.GetRequiredService<ExecutorEndpoints>();
        GrpcAddresses = endpoints.Grpc;
        Http = new HttpClient { BaseAddress = new Uri(endpoints.Rest[0]), Timeout = Patience };
    }

    public HttpClient Http { get; }

    public IReadOnlyList<string> GrpcAddresses { get; }

    public AdmissionGate Admission => _app.Services.GetRequiredService<AdmissionGate>();

    public RunGate Runs => _app.Services.GetRequiredService<RunGate>();

    public ExecutorMetrics Metrics => _app.Services.GetRequiredService<ExecutorMetrics>();

    public ModelManager Models => _app.Services.GetRequiredService<ModelManager>();

    /// <summary>A manager of this executor's parts that nobody tells which versions there are.</summary>
    public ModelManager CreateUninformedModels() => ActivatorUtilities.CreateInstance<ModelManager>(_app.Services);

    public ModelCounters Counters => _app.Services.GetRequiredService<ModelCounters>();

    /// <summary>Ends when every model is available or has failed.</summary>
    public Task Loaded => Models.WaitUntilSettledAsync(CancellationToken.None).WaitAsync(Patience);

    public static async Task<RunningExecutor> StartAsync(ExecutorOptions options, bool loaded = true)
    {
        var app = ExecutorApplication.Build(
            options with { HttpPort = 0, GrpcPort = 0 }, builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        var executor = new RunningExecutor(app);
        if (loaded)
        {
            await executor.Loaded;
        }

        return executor;
    }

    public static Task<RunningExecutor> StartAsync(params (string Name, string Path)[] models) =>
        StartAsync(new ExecutorOptions { Models = [.. models.Select(m => new ModelSource(m.Name, m.Path, null))] });

    public GrpcChannel Connect(int address = 0)
    {
        var channel = GrpcChannel.ForAddress(GrpcAddresses[address]);
        _channels.Add(channel);
        return channel;
    }

    /// <summary>gRPC-Web where REST is.</summary>
    public GrpcChannel ConnectWeb()
    {
        var channel = GrpcChannel.ForAddress(Http.BaseAddress!.GetLeftPart(UriPartial.Authority), new GrpcChannelOptions { Web = true });
        _channels.Add(channel);
        return channel;
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(path, content);
        return ((int)response.StatusCode, await BodyAsync(response));
    }

    public async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return ((int)response.StatusCode, await BodyAsync(response));
    }

    public static PredictRequest Request(string model, params (string Name, float[] Values, long[] Shape)[] inputs)
    {
        var request = new PredictRequest { ModelSpec = new ModelSpec { Name = model } };
        foreach (var (name, values, shape) in inputs)
        {
            request.Inputs[name] = new TensorProto
            {
                Dtype = DataType.DtFloat,
                TensorShape = new TensorShapeProto { Dim = { shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } },
                TensorContent = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)),
            };
        }

        return request;
    }

    public static PredictRequest SlowRequest(string model) =>
        Request(model, ("x", new float[OnnxFiles.SlowSize * OnnxFiles.SlowSize], [OnnxFiles.SlowSize, OnnxFiles.SlowSize]));

    public static float[] Floats(TensorProto tensor) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.TensorContent.Span).ToArray();

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        Http.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Asks until it is so, where nothing tells when it becomes so.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await poll.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsByteArrayAsync();
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }
}
