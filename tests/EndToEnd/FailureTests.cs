using System.Globalization;
using System.Net;
using System.Text.Json;
using MuLambda.Catalog;
using MuLambda.Catalog.Http;
using MuLambda.Client.Images;
using MuLambda.Hosting.Testing;

namespace EndToEnd;

[Collection(SharedPlatform.Name)]
public sealed class FailureTests(Platform platform)
{
    // Real digits: what a model says of anything else would be learned as its accuracy, and the tests share the platform.
    private static readonly string[] Bodies = [.. Digits.Files.Select(file =>
    {
        using var png = File.OpenRead(Path.Combine(Digits.Samples, file));
        var image = GrayImage.DecodePng(png);
        var rows = Enumerable.Range(0, image.Height).Select(y => Enumerable.Range(0, image.Width).Select(x => new[] { image.Pixels[(y * image.Width) + x] / 255f }));
        return $$"""{"instances":[{{JsonSerializer.Serialize(rows)}}]}""";
    })];

    private int _sent;

    [Fact]
    public async Task An_executor_that_is_killed_under_load_fails_no_inference()
    {
        await platform.WaitForCandidatesAsync("digits-accurate", 4);
        var killed = 0;

        var answers = await InferManyAsync("digits-accurate", 200, onAnswer: answered =>
        {
            if (answered == 50)
            {
                killed = platform.Kill("digits-cnn");
            }
        });

        killed.ShouldBeGreaterThan(0);
        answers.Count.ShouldBe(200);
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.ShouldContain(answer => answer.Model == "digits-cnn", "before it was killed");
        answers.ShouldContain(answer => answer.Model != "digits-cnn", "the next best took over");

        // The host starts it again, the prober finds it, and it is the first choice as before.
        await Platform.WaitUntilAsync("the executor to be back", async () =>
            (await InferAsync("digits-accurate")).Model == "digits-cnn"
            && platform.App.GetProcessIds("digits-cnn") is [var id, ..] && id != killed);
    }

    [Fact]
    public async Task A_registry_that_is_killed_stops_no_inference_and_loses_nothing_it_acknowledged()
    {
        var registry = new RegistryClient(platform.Registry);
        var acknowledged = new List<string>();
        var killed = 0;
        var inferring = InferManyAsync("digits-fast", 300, onAnswer: answered =>
        {
            if (answered == 100)
            {
                killed = platform.Kill("registry");
            }
        });

        for (var i = 0; !inferring.IsCompleted || acknowledged.Count == 0; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"written-{i}");
            try
            {
                await registry.PutClientAsync(new Client(
                    id, new Criteria(new Traits("classification", "image", "label"), new Preference(1, 0))));
                acknowledged.Add(id);
            }
            catch (Exception error) when (error is HttpRequestException or RegistryException)
            {
                // Not acknowledged, hence not promised.
            }
        }

        var answers = await inferring;
        killed.ShouldBeGreaterThan(0);
        answers.Count.ShouldBe(300);
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);

        IReadOnlyList<Client> clients = [];
        await Platform.WaitUntilAsync("the registry to be back", async () =>
        {
            try
            {
                clients = await registry.ListClientsAsync();
                return platform.App.GetProcessIds("registry") is [var id, ..] && id != killed;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        acknowledged.Except(clients.Select(client => client.Id)).ShouldBeEmpty();
        (await registry.ListModelsAsync()).Count(model => model.Name.StartsWith("digits-", StringComparison.Ordinal)).ShouldBe(4);

        // Life goes on: a client written now is known to the selector, which follows the new process.
        await registry.PutClientAsync(new Client(
            "after-restart", new Criteria(new Traits("classification", "image", "label"), new Preference(0, 1))));
        await platform.WaitForCandidatesAsync("after-restart", 4);
        foreach (var id in acknowledged.Append("after-restart"))
        {
            await registry.DeleteClientAsync(id);
        }
    }

    private async Task<IReadOnlyList<Answer>> InferManyAsync(string client, int count, Action<int> onAnswer)
    {
        var answered = 0;
        var answers = new System.Collections.Concurrent.ConcurrentBag<Answer>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, _) =>
        {
            answers.Add(await InferAsync(client));
            onAnswer(Interlocked.Increment(ref answered));
        });
        return [.. answers];
    }

    private async Task<Answer> InferAsync(string client)
    {
        using var response = await platform.Selector.PostAsync($"/v1/clients/{client}:infer", Platform.Json(Bodies[Interlocked.Increment(ref _sent) % Bodies.Length]));
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return new Answer(
            response.StatusCode,
            response.IsSuccessStatusCode
                ? body.RootElement.GetProperty("decision").GetProperty("model").GetProperty("name").GetString()
                : body.RootElement.GetRawText());
    }

    private sealed record Answer(HttpStatusCode Status, string? Model);
}
