using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MuLambda.Catalog;
using MuLambda.Selector.Tests.Batching;

namespace MuLambda.Selector.Tests.ColdStarts;

/// <summary>What tests see of requests that wait for a first replica.</summary>
internal static class Waiting
{
    public static int Count(TestPlatform platform) =>
        platform.Services.GetRequiredService<ColdStartQueues>().Waiting.Sum(waiting => waiting.Requests);

    public static Task UntilAsync(TestPlatform platform, int requests) => Batches.Eventually(() => Count(platform) == requests);

    /// <summary>A launch of a model that has come so far.</summary>
    public static Executor Launch(string id, string model, ExecutorState state, string? reason = null, int attempt = 1) => new(
        id, "local", [new ModelReference(model, 1)], new ExecutorEndpoints("http://127.0.0.1:9"), state, Reason: reason,
        Launch: new ExecutorLaunch([model], DateTimeOffset.UnixEpoch.AddSeconds(attempt), [new LaunchStep(LaunchPhase.Pending, 0)], attempt));

    public static double ColdStartMs(HttpResponseMessage answer) =>
        double.Parse(answer.Headers.GetValues("mulambda-cold-start-ms").Single(), System.Globalization.CultureInfo.InvariantCulture);

    public static async Task<JsonElement> BodyAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
