using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Load.Tests.Support;

namespace MuLambda.Cli.Tests.Load;

public sealed partial class LoadTests
{
    private static readonly string[] Short = ["--duration", "500ms", "--warm-up", "0s", "--no-page"];

    [Fact]
    public async Task A_load_is_printed_and_saved()
    {
        await using var server = await PredictServer.StartAsync(AnswerAsync);
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(["load", $"{server.Address}", "--model", "m", "--rate", "100", "--slo-ms", "60000", .. Short, "--out", "out"]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldMatch("throughput 1/s +[0-9.]+");
        result.Out.ShouldMatch("goodput 1/s, within 60000 ms +[0-9.]+");
        foreach (var figure in new[] { "latency p50 ms", "latency p90 ms", "latency p95 ms", "latency p99 ms", "latency p99.9 ms", "errors", "sent late p99 ms" })
        {
            result.Out.ShouldMatch($"{Regex.Escape(figure)} +[0-9.]+");
        }

        result.Out.ShouldContain("open loop, 100 requests/s, poisson; 1 a request; 0.5 s after 0 s of warm-up; seed 1");
        result.Error.ShouldContain("0 s of warm-up, then 0.5 s");
        var saved = Saved(line);
        var run = saved.GetProperty("runs")[0];
        run.GetProperty("due").GetInt64().ShouldBe(server.Requests - 1, "and one before the load, which shows that the server answers");
        run.GetProperty("answered").GetInt64().ShouldBe(server.Requests - 1);
        run.GetProperty("withinSlo").GetInt64().ShouldBe(server.Requests - 1);
        run.GetProperty("latencyMs").GetProperty("p999").GetDouble().ShouldBeGreaterThan(0);
        run.GetProperty("series").GetArrayLength().ShouldBe(1);
        File.ReadAllText(Path.Combine(line.CurrentDirectory, "out", "summary.md")).ShouldMatch(@"\| throughput 1/s \| [0-9.]+ \|");
    }

    [Fact]
    public async Task Where_the_result_cannot_be_written_no_load_is_sent()
    {
        await using var server = await PredictServer.StartAsync(AnswerAsync);
        await using var line = CommandLine.WithoutPlatform();
        line.Write("file", "");

        var result = await line.RunAsync(["load", $"{server.Address}", "--model", "m", "--rate", "100", .. Short, "--out", "file"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("file");
        server.Requests.ShouldBe(1, "the one before the load, which shows that the server answers");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("--priority 7", "7")]
    [InlineData("--priority 0 --data body.json", "0")]
    public async Task Requests_carry_the_priority_that_is_asked_for(string options, string expected)
    {
        var seen = new ConcurrentBag<string>();
        await using var server = await PredictServer.StartAsync((context, number) =>
        {
            seen.Add(context.Request.Headers["mulambda-priority"].ToString());
            return AnswerAsync(context, number);
        });
        await using var line = CommandLine.WithoutPlatform();
        line.Write("body.json", """{"instances": [[1, 2, 3, 4]]}""");

        var result = await line.RunAsync(
            ["load", $"{server.Address}", "--model", "m", "--concurrency", "1", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. Short]);

        result.ExitCode.ShouldBe(0, result.Error);
        seen.Distinct().ShouldBe([expected]);
    }

    [Fact]
    public async Task Programs_get_the_result_only()
    {
        await using var server = await PredictServer.StartAsync((context, number) => number % 2 == 0 ? RefuseAsync(context, 503) : AnswerAsync(context, number));
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(["load", $"{server.Address}", "--model", "m", "--rate", "100", "--arrivals", "uniform", .. Short, "--json"]);

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
        (result.Json.GetProperty("model").GetString(), result.Json.GetProperty("protocol").GetString(), result.Json.GetProperty("seed").GetInt64()).ShouldBe(("m", "rest", 1));
        result.Json.TryGetProperty("sloMs", out _).ShouldBeFalse();
        var run = result.Json.GetProperty("runs")[0];
        var error = run.GetProperty("errors").EnumerateArray().Single();
        (error.GetProperty("kind").GetString(), error.GetProperty("example").GetString()).ShouldBe(("http 503", "refused"));
        (error.GetProperty("count").GetInt64() + run.GetProperty("answered").GetInt64()).ShouldBe(49);
        result.Json.GetProperty("files").EnumerateArray().Select(file => Path.GetRelativePath(line.CurrentDirectory, file.GetString()!))
            .ShouldBe([Path.Combine("load", "result.json"), Path.Combine("load", "summary.md")]);
    }

    [Fact]
    public async Task Two_servers_get_the_same_load_in_turn_and_are_shown_side_by_side()
    {
        var order = new ConcurrentQueue<(char Server, string Body)>();
        await using var first = await PredictServer.StartAsync((context, number) => NoteAsync('A', context, number));
        await using var second = await PredictServer.StartAsync((context, number) => NoteAsync('B', context, number));
        await using var line = CommandLine.WithoutPlatform();
        line.Write("trace.csv", string.Concat(Enumerable.Range(0, 40).Select(i => $"{i * 10},{1 + (i % 3)}\n")));

        var result = await line.RunAsync(
            "load", $"{first.Address}", "--vs", $"{second.Address}", "--model", "m", "--trace", "trace.csv", "--seed", "7", "--no-page");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldContain("B / A");
        result.Out.ShouldMatch(@"answered +40 +40 +1\.00");
        result.Out.ShouldContain("open loop, trace trace.csv of 40 requests; 1 a request; 1 s after 0 s of warm-up; seed 7");
        var sent = order.Skip(2).ToArray();
        sent.Select(request => request.Server).ShouldBe([.. Enumerable.Repeat('A', 40), .. Enumerable.Repeat('B', 40)]);
        sent.Take(40).Select(request => request.Body).Order(StringComparer.Ordinal)
            .ShouldBe(sent.Skip(40).Select(request => request.Body).Order(StringComparer.Ordinal), "the same requests");
        sent.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("instances").GetArrayLength()).Distinct().Order().ShouldBe([1, 2, 3]);
        Saved(line, "load").GetProperty("runs").GetArrayLength().ShouldBe(2);

        async Task NoteAsync(char server, HttpContext context, int number)
        {
            using var reader = new StreamReader(context.Request.Body);
            order.Enqueue((server, await reader.ReadToEndAsync()));
            await AnswerAsync(context, number);
        }
    }

    [Theory]
    [InlineData("""{"instances": [[1, 2, 3, 4]], "signature_name": "own"}""")]
    [InlineData("""{"inputs": {"anything": [1]}}""")]
    public async Task A_body_of_ones_own_is_sent_as_it_is(string body)
    {
        var bodies = new ConcurrentBag<string>();
        await using var server = await PredictServer.StartAsync(async (context, number) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add(await reader.ReadToEndAsync());
            await AnswerAsync(context, number);
        });
        await using var line = CommandLine.WithoutPlatform();
        line.Input = body;

        var result = await line.RunAsync(["load", $"{server.Address}", "--model", "m", "--concurrency", "2", "--data", "-", .. Short]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldContain("closed loop, 2 streams");
        result.Out.ShouldNotContain("sent late");
        bodies.Distinct().ShouldBe([body]);
    }

    [Fact]
    public async Task Images_are_sent_to_a_model_that_takes_their_size()
    {
        await using var server = await PredictServer.StartAsync(AnswerAsync);
        await using var line = CommandLine.WithoutPlatform();
        line.Write("small.png", Digit.Of(255, 2, 2));
        line.Write("large.png", Digit.Of(255, 3, 3));

        var small = await line.RunAsync(["load", $"{server.Address}", "--model", "m", "--rate", "50", "--image", "small.png", "--duration", "0.5", "--warm-up", "0", "--no-page"]);
        var large = await line.RunAsync(["load", $"{server.Address}", "--model", "m", "--rate", "50", "--image", "large.png", .. Short]);

        small.ExitCode.ShouldBe(0, small.Error);
        large.ExitCode.ShouldBe(2);
        large.Error.ShouldContain("--image: An image has 3 × 3 pixels; the model's input 'x' takes 4 numbers an image ([-1,4]).");
    }

    [Fact]
    public async Task Ctrl_C_ends_a_load_which_is_printed_and_saved_all_the_same()
    {
        using var interrupt = new CancellationTokenSource();
        await using var server = await PredictServer.StartAsync(async (context, number) =>
        {
            await AnswerAsync(context, number);
            if (number == 30)
            {
                interrupt.Cancel();
            }
        });
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(
            ["load", $"{server.Address}", "--vs", $"{server.Address}", "--model", "m", "--rate", "100", "--duration", "1h", "--warm-up", "0s", "--no-page"], interrupt.Token);

        result.ExitCode.ShouldBe(130);
        result.Out.ShouldContain("stopped after ");
        result.Out.ShouldNotContain("B / A", customMessage: "the second was never begun");
        var run = Saved(line, "load").GetProperty("runs").EnumerateArray().Single();
        run.GetProperty("interrupted").GetBoolean().ShouldBeTrue();
        run.GetProperty("answered").GetInt64().ShouldBeGreaterThanOrEqualTo(25);
        run.GetProperty("answered").GetInt64().ShouldBe(run.GetProperty("due").GetInt64());
    }

    [Fact]
    public async Task A_page_shows_the_distribution_and_the_run_over_time()
    {
        await using var server = await PredictServer.StartAsync(AnswerAsync);
        await using var line = CommandLine.WithoutPlatform();
        line.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "";
        line.Environment["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "";
        var hasNode = line.Environment["PATH"].Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")));

        var result = await line.RunAsync(
            "load", $"{server.Address}", "--vs", $"{server.Address}", "--model", "m", "--rate", "100", "--slo-ms", "50", "--duration", "1200ms", "--warm-up", "0s");

        result.ExitCode.ShouldBe(0, result.Error);
        if (hasNode)
        {
            var page = File.ReadAllText(Path.Combine(line.CurrentDirectory, "load", "index.html"));
            Figures().Matches(page).Select(figure => figure.Groups[1].Value).ShouldBe(["latency-percentiles", "timeline"]);
            page.ShouldContain("<h1>Load on m</h1>");
            page.ShouldContain("stroke=\"var(--node-0)\"");
            page.ShouldContain("stroke=\"var(--node-3)\"");
            page.ShouldContain("SLO 50 ms");
            page.ShouldNotContain("#0a0b");
            page.ShouldNotContain("NaN", Case.Sensitive);
            page.ShouldNotContain("<script");
        }
    }

    [Fact]
    public async Task Without_Node_everything_but_the_page_is_written()
    {
        await using var server = await PredictServer.StartAsync(AnswerAsync);
        await using var line = CommandLine.WithoutPlatform();
        line.Environment["PATH"] = line.CurrentDirectory;
        line.Environment["XDG_CACHE_HOME"] = Path.Combine(line.CurrentDirectory, "cache");

        var result = await line.RunAsync("load", $"{server.Address}", "--model", "m", "--rate", "100", "--duration", "200ms", "--warm-up", "0s");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain("No page: npm, which fetches the program that draws the figures, was not found on the PATH");
        Directory.EnumerateFiles(Path.Combine(line.CurrentDirectory, "load")).Select(Path.GetFileName).Order().ShouldBe(["result.json", "summary.md"]);
    }

    [Fact]
    public async Task What_would_fail_each_time_is_said_before_the_load()
    {
        await using var server = await PredictServer.StartAsync((context, _) => RefuseAsync(context, 400));
        await using var line = CommandLine.WithoutPlatform();
        string[] load = ["load", $"{server.Address}", "--rate", "100", .. Short];

        var unknown = await line.RunAsync([.. load, "--model", "nobody"]);
        var refused = await line.RunAsync([.. load, "--model", "m"]);
        var signature = await line.RunAsync([.. load, "--model", "m", "--signature", "other"]);
        await server.DisposeAsync();
        var gone = await line.RunAsync([.. load, "--model", "m"]);

        unknown.ExitCode.ShouldBe(3);
        unknown.Error.ShouldContain("/v1/models/nobody/metadata answered 404");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("refused a first request (http 400): refused");
        signature.ExitCode.ShouldBe(1);
        signature.Error.ShouldContain("has no signature 'other'; it has serving_default.");
        gone.ExitCode.ShouldBe(4);
        gone.Error.ShouldContain("is not reachable");
        Directory.Exists(Path.Combine(line.CurrentDirectory, "load")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_load_that_nothing_answers_is_a_failure()
    {
        await using var server = await PredictServer.StartAsync((context, _) => RefuseAsync(context, 503));
        await using var line = CommandLine.WithoutPlatform();

        var result = await line.RunAsync(["load", $"{server.Address}", "--model", "m", "--rate", "50", .. Short]);

        result.ExitCode.ShouldBe(1);
        result.Out.ShouldMatch("  http 503 +[0-9]+");
        result.Out.ShouldContain("http 503: refused");
        result.Out.ShouldMatch("latency p99 ms +-");
    }

    [Theory]
    [InlineData("", "Exactly one of --rate, --trace and --concurrency has to be given.")]
    [InlineData("--rate 5 --concurrency 2", "Exactly one of --rate, --trace and --concurrency has to be given.")]
    [InlineData("--rate 0", "--rate has to be above 0 and at most 1000000 a second, not '0'.")]
    [InlineData("--rate 5 --arrivals often", "--arrivals has to be one of poisson, uniform, bursts, not 'often'.")]
    [InlineData("--concurrency 5 --arrivals poisson", "--arrivals goes with --rate only.")]
    [InlineData("--rate 5 --burst-factor 3", "--burst-factor goes with --arrivals bursts only.")]
    [InlineData("--rate 5 --arrivals bursts --burst-factor 1", "--burst-factor has to be above 1 and at most 1000, not '1'.")]
    [InlineData("--rate 5 --arrivals bursts --burst-seconds 10", "--burst-seconds has to be below --burst-every, 10 seconds, not 10.")]
    [InlineData("--rate 5 --duration soon", "--duration has to be a time such as 500ms, 30s or 2m, from 100ms to 24h, not 'soon'.")]
    [InlineData("--rate 5 --duration 25h", "--duration has to be a time such as 500ms, 30s or 2m, from 100ms to 24h, not '25h'.")]
    [InlineData("--rate 5 --warm-up -1s", "--warm-up has to be a time such as 500ms, 30s or 2m, from 0s to 1h, not '-1s'.")]
    [InlineData("--rate 5 --slo-ms 0", "--slo-ms has to be above 0 and at most 3600000 milliseconds, not '0'.")]
    [InlineData("--rate 5 --timeout-ms 0.5", "--timeout-ms has to be from 1 to 3600000 milliseconds, not '0.5'.")]
    [InlineData("--rate 5 --priority 10", "--priority has to be a whole number from 0 to 9, not '10'.")]
    [InlineData("--rate 5 --items 0", "--items has to be a whole number from 1 to 4096, not '0'.")]
    [InlineData("--rate 5 --max-in-flight 0", "--max-in-flight has to be a whole number from 1 to 65536, not '0'.")]
    [InlineData("--concurrency 5 --max-in-flight 9", "--max-in-flight goes with --rate and --trace only")]
    [InlineData("--rate 5 --seed x", "--seed has to be a whole number, not 'x'.")]
    [InlineData("--rate 5 --protocol soap", "--protocol has to be rest or grpc, not 'soap'.")]
    [InlineData("--rate 5 --vs localhost:8501", "--vs has to be an absolute http or https URL, not 'localhost:8501'.")]
    [InlineData("--rate 5 --protocol grpc --vs https://localhost", "--vs: 'https://localhost' is no gRPC address; expected http://host:port or unix:/path.")]
    [InlineData("--rate 5 --data a.json --image b.png", "--data and --image cannot both be given.")]
    [InlineData("--rate 5 --data body.json --items 3", "--items cannot be combined with --data")]
    [InlineData("--trace items.csv --data body.json", "A trace with items cannot be combined with --data")]
    [InlineData("--trace missing.csv", "--trace: ")]
    [InlineData("--trace wrong.csv", "wrong.csv, line 2: time_ms is 'soon'; it must be a number.")]
    [InlineData("--trace items.csv --warm-up 1s", "--warm-up has to be shorter than the trace, whose last request is due after 9 ms.")]
    public async Task A_wrong_option_is_named_with_its_limit(string options, string message)
    {
        await using var line = CommandLine.WithoutPlatform();
        line.Write("items.csv", "5,2\n9,1\n");
        line.Write("wrong.csv", "5\nsoon\n");
        line.Write("body.json", "{}");

        var result = await line.RunAsync(["load", "http://127.0.0.1:9", "--model", "m", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        result.ExitCode.ShouldBe(2);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain(message);
    }

    private static Task AnswerAsync(HttpContext context, int number) => context.Response.WriteAsync(PredictServer.RightAnswer);

    private static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("refused");
    }

    private static JsonElement Saved(CommandLine line, string directory = "out") =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(line.CurrentDirectory, directory, "result.json")));

    [GeneratedRegex("<figure id=\"([^\"]+)\"><h4>[^<]+</h4>\n<svg[^>]+viewBox")]
    private static partial Regex Figures();
}
