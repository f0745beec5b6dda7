using System.Net.Http.Headers;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MuLambda.Executor.Hosting;
using MuLambda.Executor.Models;
using MuLambda.Executor.Options;
using MuLambda.Protocol.Grpc;
using MuLambda.Protocol.Serving;
using MuLambda.Protocol.TensorFlow;

namespace MuLambda.Executor.Launching;

/// <summary>
/// What an executor does before it says that it is there, where it starts empty to be given a model in a hurry: an application of its own, on ports
/// and in a directory of its own, is given a tiny model, answers a few requests over the loopback and goes. Code that has run once is compiled, and
/// the native runtime is loaded, when the first real model comes.
/// </summary>
internal static class Rehearsal
{
    private const int Requests = 3;

    // Nobody listens on the port for discarding; the cache stands in for the registry that does not answer.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    /// <summary>The longest it takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Rehearses once.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null, or why it failed; the executor works all the same.</returns>
    public static async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        DirectoryInfo? directory = null;
        try
        {
            directory = Directory.CreateTempSubdirectory(Leftovers.UnpackedPrefix);
            await using var app = ExecutorApplication.Build(
                new ExecutorOptions { Registry = Nowhere, Cache = directory.FullName, HttpPort = 0, GrpcPort = 0 }, Quiet, withTelemetry: false);
            var (model, artifact) = RehearsalModel.Create();
            await app.Services.GetRequiredService<ArtifactCache>().AddAsync(
                model, file => file.WriteAsync(artifact, patience.Token).AsTask(), patience.Token);
            await app.StartAsync(patience.Token);
            await PlayAsync(app.Services.GetRequiredService<ExecutorEndpoints>(), patience.Token);
            await app.StopAsync(patience.Token);
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
        finally
        {
            Delete(directory);
        }
    }

    private static async Task PlayAsync(ExecutorEndpoints endpoints, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(endpoints.Grpc[0]);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(endpoints.Rest[0]) };

        // It comes from its artifact first, then as it was prepared.
        foreach (var comes in (bool[])[true, false, true])
        {
            await ReloadAsync(channel, comes, cancellationToken);
            if (!comes)
            {
                continue;
            }

            for (var i = 0; i < Requests; i++)
            {
                await channel.UnaryAsync(PredictionService.Predict, Request(), cancellationToken: cancellationToken);
                using var body = new StringContent("""{"instances":[[0.5,1,2,3]]}""", MediaTypeHeaderValue.Parse("application/json"));
                using var answer = await http.PostAsync(new Uri($"/v1/models/{RehearsalModel.Name}:predict", UriKind.Relative), body, cancellationToken);
                answer.EnsureSuccessStatusCode();
            }

            // What the prober of the node asks for.
            foreach (var path in (string[])["/health", $"/v1/models/{RehearsalModel.Name}", "/monitoring/prometheus/metrics"])
            {
                await http.GetByteArrayAsync(new Uri(path, UriKind.Relative), cancellationToken);
            }
        }
    }

    private static async Task ReloadAsync(GrpcChannel channel, bool comes, CancellationToken cancellationToken)
    {
        var models = new ModelConfigList();
        if (comes)
        {
            models.Config.Add(new ModelConfig { Name = RehearsalModel.Name, ModelVersionPolicy = new() { Specific = new() { Versions = { 1 } } } });
        }

        await channel.UnaryAsync(
            ModelService.HandleReloadConfigRequest,
            new ReloadConfigRequest { Config = new ModelServerConfig { ModelConfigList = models } },
            cancellationToken: cancellationToken);
    }

    private static PredictRequest Request() => new()
    {
        ModelSpec = new ModelSpec { Name = RehearsalModel.Name },
        Inputs =
        {
            ["x"] = new TensorProto
            {
                Dtype = DataType.DtFloat,
                TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = 1 }, new TensorShapeProto.Types.Dim { Size = RehearsalModel.Width } } },
                TensorContent = ByteString.CopyFrom(new byte[RehearsalModel.Width * sizeof(float)]),
            },
        },
    };

    private static void Quiet(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();

        // Signals end the process and not only this.
        builder.Services.RemoveAll<IHostLifetime>();
        builder.Services.AddSingleton<IHostLifetime, Unsignalled>();
    }

    private static void Delete(DirectoryInfo? directory)
    {
        try
        {
            directory?.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left over goes another time, as other models' directories do.
        }
    }

    /// <summary>Leaves signals alone.</summary>
    private sealed class Unsignalled : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
