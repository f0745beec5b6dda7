using System.CommandLine;
using System.Globalization;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Client;
using MuLambda.Client.Images;

namespace MuLambda.Cli.Inference;

/// <summary><c>infer</c>: classifies images, or sends a predict body.</summary>
internal sealed class InferCommand
{
    private const int MaxBodyBytes = 64 * 1024 * 1024;

    private readonly Option<string> _client = new("--client", "-c") { Description = "The client that asks", HelpName = "ID", Required = true };

    private readonly Option<string[]> _images = new("--image", "-i")
    {
        Description = "A PNG, or a directory of PNGs; may be given several times, and with several values",
        HelpName = "PATH",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _body = new("--json-input")
    {
        Description = "A JSON predict body with \"instances\" or \"inputs\"; - for standard input. The answer is printed as JSON",
        HelpName = "FILE",
    };

    private readonly Option<int?> _concurrency = NumberOption.Create<int>(
        "--concurrency",
        "NUMBER",
        "How many images are on their way at a time, from 1 to 64 [default: 1]",
        count => count is >= 1 and <= 64,
        "a whole number from 1 to 64");

    private readonly Option<int?> _priority = NumberOption.Create<int>(
        "--priority",
        "NUMBER",
        "How important the requests are, from 0 to 9; the higher go first [default: not said, which is 4]",
        priority => priority is >= 0 and <= InferRequest.HighestPriority,
        "a whole number from 0 to 9");

    public static Command Create(MuLambdaCli cli)
    {
        var infer = new InferCommand();
        var command = new CliCommand(
            "infer",
            "Have the model that fits a client's criteria answer",
            "mulambda infer --client digits-accurate --image seven.png",
            "mulambda infer --client digits-fast --image models/digits/samples --json",
            "mulambda infer --client digits-fast --json-input request.json --priority 9",
            "echo '{\"instances\": [[1.0, 2.0]]}' | mulambda infer --client sums --json-input -")
        {
            infer._client, infer._images, infer._body, infer._concurrency, infer._priority,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(infer._images) is null) == (result.GetResult(infer._body) is null))
            {
                result.AddError("Either --image or --json-input has to be given.");
            }
        });
        cli.Handle(command, infer.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var client = context.CreateClient(context.Get(_client)!);
        return context.Get(_body) is { } file
            ? await SendBodyAsync(context, client, file, cancellationToken)
            : await ClassifyAsync(context, client, cancellationToken);
    }

    private async Task<int> SendBodyAsync(
        CommandContext context, MuLambdaClient client, string file, CancellationToken cancellationToken)
    {
        var body = await InputFile.ReadAsync(context.Console, file, MaxBodyBytes, cancellationToken);
        InferRequest request;
        try
        {
            request = InferRequest.FromJson(body);
        }
        catch (FormatException e)
        {
            throw CliException.Usage($"{(file == "-" ? "standard input" : file)}: {e.Message}", e);
        }

        var result = await client.InferAsync(request.WithPriority(context.Get(_priority)), cancellationToken);
        await context.Output.WriteJsonAsync(result.Json, json => json.JsonElement);
        return ExitCodes.Ok;
    }

    private async Task<int> ClassifyAsync(CommandContext context, MuLambdaClient client, CancellationToken cancellationToken)
    {
        var files = ImageFiles.Find(context.Console, context.Get(_images)!);
        var results = new (ImageAnswer Answer, int ExitCode)[files.Count];
        var bound = new ParallelOptions { MaxDegreeOfParallelism = context.Get(_concurrency) ?? 1, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, files.Count, bound, async (i, token) =>
            results[i] = await ClassifyAsync(context.Console, client, files[i], context.Get(_priority), token));

        var answers = results.Select(result => result.Answer).ToList();
        var failed = answers.Count(answer => answer.Error is not null);
        await context.Output.WriteAsync(
            new ImageAnswers(client.Id, answers.Count - failed, failed, answers),
            json => json.ImageAnswers,
            console => console.Write(TableOf(answers)));
        if (!context.Output.IsJson)
        {
            foreach (var answer in answers.Where(answer => answer.Error is not null))
            {
                await context.Output.WriteFailureAsync(answer.Error!, answer.File);
            }
        }

        // Where every failure has the same cause the code can say it.
        var codes = results.Select(result => result.ExitCode).Where(code => code != ExitCodes.Ok).Distinct().ToList();
        return codes.Count switch { 0 => ExitCodes.Ok, 1 => codes[0], _ => ExitCodes.Failed };
    }

    private static async Task<(ImageAnswer Answer, int ExitCode)> ClassifyAsync(
        CliConsole console, MuLambdaClient client, string file, int? priority, CancellationToken cancellationToken)
    {
        try
        {
            GrayImage image;
            await using (var stream = File.OpenRead(console.Resolve(file)))
            {
                image = GrayImage.DecodePng(stream);
            }

            var result = await client.InferAsync(InferRequest.FromInstance(image.ToTensor()).WithPriority(priority), cancellationToken);
            var best = Classification.FromResult(result)[0];
            var decision = result.Decision;
            return (new ImageAnswer(
                file, best.Label, best.Probability, best.Probabilities, decision.Model, decision.Executor,
                decision.Estimate.LatencyMs, result.Observed.LatencyMs, result.Elapsed.TotalMilliseconds, decision.RequestId), ExitCodes.Ok);
        }
        catch (Exception e) when (Failure.IsExpected(e) || e is ImageFormatException)
        {
            return (new ImageAnswer(file, Error: Failure.Of(e)), Failure.ExitCodeOf(e));
        }
    }

    private static Spectre.Console.Table TableOf(IEnumerable<ImageAnswer> answers)
    {
        var table = Output.Table("FILE", "LABEL", "PROBABILITY", "MODEL", "EXECUTOR", "ESTIMATED MS", "OBSERVED MS");
        foreach (var answer in answers)
        {
            table.AddTexts(
                answer.File,
                answer.Error is null ? answer.Label?.ToString(CultureInfo.InvariantCulture) : "failed",
                answer.Probability?.ToString("0.0000", CultureInfo.InvariantCulture),
                answer.Model?.ToString(),
                answer.Executor,
                answer.EstimatedMs?.ToString("0.00", CultureInfo.InvariantCulture),
                answer.ObservedMs?.ToString("0.00", CultureInfo.InvariantCulture));
        }

        return table;
    }
}
