using MuLambda.Cli.Tests.Platform;
using MuLambda.Client.Tests.Platform;

namespace MuLambda.Cli.Tests;

public sealed class InferTests : IAsyncLifetime
{
    private CommandLine _line = null!;

    public async Task InitializeAsync() => _line = await CommandLine.StartAsync();

    public async Task DisposeAsync() => await _line.DisposeAsync();

    [Fact]
    public async Task An_image_is_answered_with_label_model_and_latencies()
    {
        _line.Write("two.png", Digit.Of(51));

        var text = await _line.RunAsync("infer", "--client", "digits", "--image", "two.png");
        var json = await _line.RunAsync("infer", "--client", "digits", "--image", "two.png", "--json");

        text.ExitCode.ShouldBe(0, text.Error);
        text.Out.Split('\n')[1].Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ShouldBe(["two.png", "2", "0.9000", "digits-linear@1", "digits-linear", "1.30", "2.50"]);
        text.Error.ShouldBeEmpty();
        json.Json.GetProperty("client").GetString().ShouldBe("digits");
        json.Json.GetProperty("succeeded").GetInt32().ShouldBe(1);
        json.Json.GetProperty("failed").GetInt32().ShouldBe(0);
        var answer = json.Json.GetProperty("results")[0];
        answer.GetProperty("file").GetString().ShouldBe("two.png");
        answer.GetProperty("label").GetInt32().ShouldBe(2);
        answer.GetProperty("probability").GetDouble().ShouldBe(0.9);
        answer.GetProperty("probabilities").GetArrayLength().ShouldBe(10);
        answer.GetProperty("model").GetProperty("name").GetString().ShouldBe("digits-linear");
        answer.GetProperty("executor").GetString().ShouldBe("digits-linear");
        answer.GetProperty("estimatedMs").GetDouble().ShouldBe(1.3);
        answer.GetProperty("observedMs").GetDouble().ShouldBe(2.5);
        var sent = _line.Platform.Seen.First().Json.GetProperty("instances");
        (sent.GetArrayLength(), sent[0].GetArrayLength(), sent[0][0].GetArrayLength(), sent[0][0][0].GetArrayLength()).ShouldBe((1, 28, 28, 1));
        sent[0][27][27][0].GetDouble().ShouldBe(0.2);
    }

    [Theory]
    [InlineData("--image two.png", null)]
    [InlineData("--image two.png --priority 9", "9")]
    [InlineData("--json-input body.json --priority 0", "0")]
    public async Task Requests_carry_the_priority_that_is_asked_for(string options, string? expected)
    {
        _line.Write("two.png", Digit.Of(51));
        _line.Write("body.json", """{"instances": [[[[1]]]]}""");

        var result = await _line.RunAsync(["infer", "--client", "digits", .. options.Split(' ')]);

        result.ExitCode.ShouldBe(0, result.Error);
        _line.Platform.Seen.ShouldHaveSingleItem().Headers.GetValueOrDefault("mulambda-priority").ShouldBe(expected);
    }

    [Fact]
    public async Task A_priority_outside_its_bounds_is_refused()
    {
        var result = await _line.RunAsync("infer", "--client", "digits", "--image", "two.png", "--priority", "10");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("--priority has to be a whole number from 0 to 9, not '10'.");
    }

    [Fact]
    public async Task A_directory_of_images_is_answered_in_order_with_no_more_at_a_time_than_allowed()
    {
        const int Images = 21;
        const int AtATime = 3;
        for (var i = 0; i < Images; i++)
        {
            _line.Write($"digits/{i:00}.png", Digit.Of((byte)(i * 10)));
        }

        _line.Platform.Predict = image =>
        {
            var level = (int)Math.Round(image[0][0][0].GetDouble() * 255);
            return [.. Enumerable.Range(0, Images).Select(label => label == level / 10 ? 1.0 : 0.0)];
        };
        var most = 0;
        var waiting = new List<TaskCompletionSource>();
        _line.Platform.Fault = async (_, _) =>
        {
            // Nobody is answered before as many wait as may: with fewer at a time this would never end.
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (waiting)
            {
                waiting.Add(answered);
                most = Math.Max(most, waiting.Count);
                if (waiting.Count(request => !request.Task.IsCompleted) == AtATime)
                {
                    waiting.ForEach(request => request.TrySetResult());
                }
            }

            await answered.Task.WaitAsync(TimeSpan.FromSeconds(30));
            lock (waiting)
            {
                waiting.Remove(answered);
            }

            return false;
        };

        var result = await _line.RunAsync("infer", "--client", "digits", "--image", "digits", "--concurrency", $"{AtATime}", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Json.GetProperty("results").EnumerateArray().Select(answer => answer.GetProperty("label").GetInt32())
            .ShouldBe(Enumerable.Range(0, Images));
        most.ShouldBe(AtATime);
    }

    [Fact]
    public async Task Images_that_fail_are_told_beside_those_that_do_not()
    {
        _line.Write("good.png", Digit.Of(9));
        _line.Write("bad.png", "GIF89a");

        var text = await _line.RunAsync("infer", "--client", "digits", "--image", "good.png", "--image", "bad.png");
        var json = await _line.RunAsync("infer", "--client", "digits", "--image", "good.png", "bad.png", "--json");

        text.ExitCode.ShouldBe(1);
        text.Out.ShouldContain("good.png");
        text.Error.ShouldContain("bad.png: The file is not a PNG.");
        json.ExitCode.ShouldBe(1);
        json.Error.ShouldBeEmpty();
        json.Json.GetProperty("failed").GetInt32().ShouldBe(1);
        json.Json.GetProperty("results")[1].GetProperty("error").GetProperty("detail").GetString().ShouldBe("The file is not a PNG.");
    }

    [Fact]
    public async Task Without_a_candidate_the_command_ends_in_3_and_names_the_excluding_criteria()
    {
        _line.Write("two.png", Digit.Of(51));
        _line.Platform.Fault = async (context, _) =>
        {
            await FakePlatform.ProblemAsync(context, 404, new
            {
                title = "No candidate", status = 404, detail = "No model is accurate enough.", excluded = new[] { "bounds.minAccuracy" },
            });
            return true;
        };

        var infer = await _line.RunAsync("infer", "--client", "picky", "--image", "two.png");
        var select = await _line.RunAsync("select", "--client", "picky");
        var json = await _line.RunAsync("select", "--client", "picky", "--json");

        infer.ExitCode.ShouldBe(3);
        infer.Error.ShouldContain("No model is accurate enough.");
        select.ExitCode.ShouldBe(3);
        select.Error.ShouldContain("excluded by: bounds.minAccuracy");
        json.Out.ShouldBeEmpty();
        json.ErrorJson.GetProperty("excluded")[0].GetString().ShouldBe("bounds.minAccuracy");
    }

    [Fact]
    public async Task A_selection_is_shown_with_its_estimate()
    {
        var text = await _line.RunAsync("select", "--client", "digits", "--items", "32");
        var json = await _line.RunAsync("select", "--client", "digits", "--json");

        text.ExitCode.ShouldBe(0, text.Error);
        text.Out.ShouldContain("1.3 ms = 0.4 round trip + 0 wait + 0.9 service");
        _line.Platform.Seen.First().Json.GetProperty("items").GetInt32().ShouldBe(32);
        json.Json.GetProperty("executor").GetString().ShouldBe("digits-linear");
        json.Json.GetProperty("estimate").GetProperty("latencyMs").GetDouble().ShouldBe(1.3);
        json.Json.TryGetProperty("observed", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_predict_body_from_a_file_or_standard_input_is_answered_as_it_comes()
    {
        _line.Write("body.json", """{"instances": [[1], [2]]}""");
        _line.Input = """{"instances": [[3]]}""";

        var fromFile = await _line.RunAsync("infer", "--client", "sums", "--json-input", "body.json");
        var fromInput = await _line.RunAsync("infer", "--client", "sums", "--json-input", "-");

        fromFile.Json.GetProperty("predictions").GetArrayLength().ShouldBe(2);
        fromFile.Json.GetProperty("decision").GetProperty("observed").GetProperty("attempts").GetInt32().ShouldBe(1);
        fromInput.Json.GetProperty("predictions").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("infer --client digits")]
    [InlineData("infer --image two.png")]
    [InlineData("infer --client digits --image two.png --json-input body.json")]
    [InlineData("infer --client digits --image missing.png")]
    [InlineData("infer --client digits --image .")]
    [InlineData("infer --client digits --image two.png --concurrency 0")]
    [InlineData("infer --client digits --image two.png --timeout 0")]
    [InlineData("infer --client digits --json-input wrong.json")]
    [InlineData("infer --client digits --image two.png --concurrency abc")]
    [InlineData("infer --client digits --image two.png --timeout 1,5")]
    [InlineData("select --client digits --items 0")]
    [InlineData("select --client digits --items abc")]
    [InlineData("select --client digits --timeout abc")]
    [InlineData("select --client digits --selector 127.0.0.1")]
    [InlineData("select --client digits --unknown")]
    public async Task A_wrong_command_line_ends_in_2_and_sends_nothing(string command)
    {
        _line.Write("sub/two.png", Digit.Of(1));
        _line.Write("wrong.json", "{}");

        var result = await _line.RunAsync(command.Split(' '));

        result.ExitCode.ShouldBe(2);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldStartWith("error: ");
        _line.Platform.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_narrow_terminal_costs_no_column_and_breaks_no_word()
    {
        var file = string.Concat(Enumerable.Repeat("long-name-", 12)) + ".png";
        _line.Write(file, Digit.Of(1));
        _line.OnTerminal = true;

        var result = await _line.RunAsync("infer", "--client", "digits", "--image", file);

        result.ExitCode.ShouldBe(0, result.Error);
        var lines = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2, result.Out);
        foreach (var column in (string[])["FILE", "LABEL", "PROBABILITY", "MODEL", "EXECUTOR", "ESTIMATED MS", "OBSERVED MS"])
        {
            lines[0].ShouldContain(column);
        }

        lines[1].ShouldContain(file);
    }

    [Fact]
    public async Task An_interrupt_ends_the_command_with_130()
    {
        _line.Write("two.png", Digit.Of(1));
        using var interrupt = new CancellationTokenSource();
        _line.Platform.Fault = async (context, _) =>
        {
            await interrupt.CancelAsync();
            await context.HangAsync();
            return true;
        };

        var result = await _line.RunAsync(["infer", "--client", "digits", "--image", "two.png"], interrupt.Token);

        result.ExitCode.ShouldBe(130);
        result.Out.ShouldBeEmpty();
    }
}
