using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MuLambda.Load.Tests.Support;

/// <summary>A server of TensorFlow Serving's REST API on a port of its own, with a model <c>m</c> of <c>x: float32[-1,4]</c>, which answers as a test wants.</summary>
internal sealed class PredictServer : IAsyncDisposable
{
    public const string RightAnswer = """{"predictions": [[0.5]]}""";

    private const string Metadata =
        """
        {"model_spec": {"name": "m", "signature_name": "", "version": "1"},
         "metadata": {"signature_def": {"signature_def": {"serving_default": {
           "inputs": {"x": {"dtype": "DT_FLOAT", "tensor_shape": {"dim": [{"size": "-1", "name": ""}, {"size": "4", "name": ""}], "unknown_rank": false}, "name": "x:0"}},
           "outputs": {"y": {"dtype": "DT_FLOAT", "tensor_shape": {"dim": [{"size": "-1", "name": ""}], "unknown_rank": false}, "name": "y:0"}},
           "method_name": "tensorflow/serving/predict"}}}}}
        """;

    private readonly WebApplication _app;
    private int _requests;

    private PredictServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>How many requests for a prediction came.</summary>
    public int Requests => _requests;

    /// <param name="predict">Answers a request; it is told the request's number, from 1.</param>
    public static async Task<PredictServer> StartAsync(Func<HttpContext, int, Task> predict)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var server = new PredictServer(app);
        app.MapGet("/v1/models/m/metadata", context => context.Response.WriteAsync(Metadata));
        app.MapPost("/v1/models/{model}", context => predict(context, Interlocked.Increment(ref server._requests)));
        await app.StartAsync();
        server.Address = new Uri(app.Urls.Single());
        return server;
    }

    public RestTarget Connect() => RestTarget.OfBody(Address, "m", """{"instances": [[1.0]]}"""u8.ToArray());

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
