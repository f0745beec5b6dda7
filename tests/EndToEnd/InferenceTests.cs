using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MuLambda.Hosting.Testing;

namespace EndToEnd;

[Collection(SharedPlatform.Name)]
public sealed class InferenceTests(Platform platform)
{
    [Fact]
    public async Task The_accurate_client_is_answered_by_the_convolutional_network_and_right_as_often_as_the_zoo_says()
    {
        var answers = await InferAllAsync("digits-accurate");

        answers.ShouldAllBe(answer => answer.Model == "digits-cnn");
        answers.Count(answer => answer.Label == Digits.Label(answer.File)).ShouldBe(100, "models/digits/README.md: 100/100");
    }

    [Fact]
    public async Task The_fast_client_is_answered_by_cheaper_models_and_each_answers_as_it_was_trained_to()
    {
        // A pause of the machine makes any executor look slow for a while, and what was never measured is tried: in such a round
        // another model is the rightful choice. Whichever answers, its answer must be right.
        const int Rounds = 5;
        List<int> costly = [];
        do
        {
            var answers = await InferAllAsync("digits-fast");
            costly.Add(answers.Count(answer => answer.Model == "digits-cnn"));
            answers.ShouldAllBe(answer => answer.Label == Digits.Expected(answer.Model, answer.File));
            answers.Count(answer => answer.Label == Digits.Label(answer.File)).ShouldBeGreaterThanOrEqualTo(91, "the least accurate model's 91/100");
        }
        while (costly[^1] > 10 && costly.Count < Rounds);

        costly[^1].ShouldBeLessThanOrEqualTo(10, $"answered by the costly model in each round: {string.Join(", ", costly)}");
    }

    [Fact]
    public async Task The_command_shows_label_probability_model_and_latencies_to_a_person()
    {
        var result = await platform.RunCommandAsync(
            "infer", "--client", "digits-accurate", "--image", Path.Combine(Digits.Samples, Digits.Files[70]));

        result.ExitCode.ShouldBe(0, result.Error);
        var row = result.Output.Split('\n').Single(line => line.Contains(Digits.Files[70], StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        row[1].ShouldBe("7", "the label");
        double.Parse(row[2], CultureInfo.InvariantCulture).ShouldBeInRange(0.5, 1, "the probability");
        row[3].ShouldBe("digits-cnn@1", "the model");
        double.Parse(row[5], CultureInfo.InvariantCulture).ShouldBeGreaterThan(0, "the estimated latency");
        double.Parse(row[6], CultureInfo.InvariantCulture).ShouldBeGreaterThan(0, "the observed latency");
        result.Output.ShouldNotContain("\u001b", Case.Sensitive, "colours are for terminals");
    }

    [Fact]
    public async Task The_sample_application_classifies_a_picture_for_its_consumer()
    {
        using var application = platform.App.CreateHttpClient("digits-balanced");
        var file = Digits.Files[30];
        using var picture = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(Digits.Samples, file)));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");

        var answer = await application.PostAsync("/classify", picture);

        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        using var json = JsonDocument.Parse(body);
        var model = json.RootElement.GetProperty("decision").GetProperty("model").GetProperty("name").GetString()!;
        json.RootElement.GetProperty("label").GetInt32().ShouldBe(Digits.Expected(model, file));
    }

    [Fact]
    public async Task Criteria_that_no_model_meets_are_named_in_the_refusal()
    {
        var answer = await platform.Selector.PostAsync("/v1/select", Platform.Json("""
            {"criteria": {"required": {"task": "classification", "input": "audio", "output": "label"}, "desired": {"latency": 1, "accuracy": 0}}}
            """));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var problem = await answer.Content.ReadAsStringAsync();
        problem.ShouldContain("input");
        problem.ShouldContain("audio");
    }

    private async Task<IReadOnlyList<Answer>> InferAllAsync(string client)
    {
        var result = await platform.RunCommandAsync("infer", "--client", client, "--image", Digits.Samples, "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        var answers = json.RootElement.GetProperty("results").EnumerateArray().Select(answer => new Answer(
            Path.GetFileName(answer.GetProperty("file").GetString()!),
            answer.GetProperty("label").GetInt32(),
            answer.GetProperty("model").GetProperty("name").GetString()!)).ToList();
        answers.Select(answer => answer.File).Order(StringComparer.Ordinal).ShouldBe(Digits.Files);
        return answers;
    }

    private sealed record Answer(string File, int Label, string Model);
}
