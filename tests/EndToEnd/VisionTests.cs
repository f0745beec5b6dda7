using System.Net;
using System.Text;
using System.Text.Json;
using MuLambda.Hosting.Testing;

namespace EndToEnd;

/// <summary>A model pushed while the platform runs is served and selected, without a process being started for it.</summary>
[Collection(SharedPlatform.Name)]
public sealed class VisionTests(Platform platform)
{
    private const int Size = 192;

    [Fact]
    public async Task A_model_of_the_vision_zoo_is_pushed_and_answers_TensorFlow_Serving_s_request_and_the_client_that_wants_its_traits()
    {
        var pushed = await platform.RunCommandAsync("models", "push", "--zoo", "vision/movenet-lightning");
        pushed.ExitCode.ShouldBe(0, pushed.Error);
        var applied = await platform.RunCommandAsync(
            "clients", "apply", "poses", "--task", "pose-estimation", "--input", "image", "--output", "keypoints-17");
        applied.ExitCode.ShouldBe(0, applied.Error);
        await platform.WaitForCandidatesAsync("poses", 1);

        using var executor = platform.App.CreateHttpClient("executor");
        var served = await KeypointsAsync(executor, "/v1/models/movenet-lightning:predict");
        var selected = await KeypointsAsync(platform.Selector, "/v1/clients/poses:infer");

        served.Length.ShouldBe(17 * 3);
        served.ShouldAllBe(value => value > -0.5 && value < 1.5, "places and scores are parts of the image and of certainty");
        served.Distinct().Count().ShouldBeGreaterThan(17);
        selected.ShouldBe(served);
    }

    private static async Task<double[]> KeypointsAsync(HttpClient client, string path)
    {
        using var body = new StringContent(Image(), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        using var json = JsonDocument.Parse(text);
        var keypoints = json.RootElement.GetProperty("predictions")[0][0];
        return [.. keypoints.EnumerateArray().SelectMany(point => point.EnumerateArray()).Select(value => value.GetDouble())];
    }

    // A bright shape before a dark ground.
    private static string Image()
    {
        var rows = Enumerable.Range(0, Size).Select(y =>
            $"[{string.Join(',', Enumerable.Range(0, Size).Select(x => ((x - 96) * (x - 96)) + ((y - 96) * (y - 96)) < 2500 ? "[230,200,180]" : "[20,30,40]"))}]");
        return $$"""{"instances":[[{{string.Join(',', rows)}}]]}""";
    }
}
