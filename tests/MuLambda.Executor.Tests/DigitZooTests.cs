using System.Text;
using System.Text.Json;
using MuLambda.Executor.Options;
using MuLambda.Executor.Tests.Support;
using MuLambda.Protocol.Serving;

namespace MuLambda.Executor.Tests;

public sealed class DigitZooTests : IAsyncLifetime
{
    private const float Tolerance = 1e-4f;

    private readonly TempFolder _folder = new();
    private RunningExecutor _executor = null!;

    public async Task InitializeAsync() => _executor = await RunningExecutor.StartAsync(new ExecutorOptions
    {
        Models = [.. Zoo.Models.Select(model => new ModelSource(model, Zoo.ModelPath(model), null))],
        GrpcSocket = _folder["executor.sock"],
    });

    public async Task DisposeAsync()
    {
        await _executor.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("digits-linear")]
    [InlineData("digits-mlp-small")]
    [InlineData("digits-mlp-wide")]
    [InlineData("digits-cnn")]
    public async Task Every_sample_has_the_training_frameworks_probabilities_over_rest_and_grpc(string model)
    {
        var expected = Zoo.Probabilities()[model];
        var samples = Zoo.Samples();
        samples.Count.ShouldBe(100);
        var channel = _executor.Connect(1);

        var batch = await RestAsync(model, samples.Select(s => s.Pixels));
        for (var i = 0; i < samples.Count; i++)
        {
            var (name, pixels) = samples[i];
            var response = await channel.UnaryAsync(
                PredictionService.Predict, RunningExecutor.Request(model, ("image", pixels, [1, Zoo.Side, Zoo.Side, 1])));

            ShouldBeClose(RunningExecutor.Floats(response.Outputs["probabilities"]), expected[name], $"{model} {name} over gRPC");
            ShouldBeClose(batch[i], expected[name], $"{model} {name} over REST");
        }
    }

    private async Task<float[][]> RestAsync(string model, IEnumerable<float[]> images)
    {
        var body = JsonSerializer.Serialize(new
        {
            instances = images.Select(pixels => pixels.Chunk(Zoo.Side).Select(row => row.Select(pixel => new[] { pixel }))),
        });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _executor.Http.PostAsync($"/v1/models/{model}:predict", content);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
        return answer.RootElement.GetProperty("predictions").Deserialize<float[][]>()!;
    }

    private static void ShouldBeClose(float[] actual, float[] expected, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().ShouldBeLessThan(Tolerance, what);
    }
}
