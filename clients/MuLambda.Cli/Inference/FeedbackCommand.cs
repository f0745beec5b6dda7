using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Client;

namespace MuLambda.Cli.Inference;

/// <summary><c>feedback</c>: tells how a request went.</summary>
internal sealed class FeedbackCommand
{
    private readonly Argument<string> _id = new("REQUEST_ID") { Description = "The id of the decision, as select and infer show it" };
    private readonly Option<bool> _correct = new("--correct") { Description = "The answer was right" };
    private readonly Option<bool> _wrong = new("--wrong") { Description = "The answer was wrong" };
    private readonly Option<double?> _score = Share("--score", "How right the answer was, from 0 to 1");
    private readonly Option<double?> _confidence = Share("--confidence", "How sure the model was, from 0 to 1");

    private readonly Option<double?> _latency = NumberOption.Create<double>(
        "--latency-ms", "MS", "How long the executor took; of a request that you sent to it yourself", ms => ms >= 0, "a number from 0");

    private readonly Option<int?> _ahead = NumberOption.Create<int>(
        "--requests-ahead",
        "N",
        $"How many requests the executor had when yours came, as its answer says ({ExecutorHeaders.RequestsAhead}); with --latency-ms",
        count => count is >= 0 and <= 1_000_000,
        "a whole number from 0 to 1000000");

    private readonly Option<bool> _failed = new("--failed") { Description = "The executor did not answer; of a request that you sent to it yourself" };

    public static Command Create(MuLambdaCli cli)
    {
        var feedback = new FeedbackCommand();
        var command = new CliCommand(
            "feedback",
            "Tell how right the answer of a request was, how long it took or that it failed: the selector learns from it",
            "mulambda feedback 019c8a4d-5b00-7000-8000-00011f3a9c2e --correct",
            "mulambda feedback 019c8a4d-5b00-7000-8000-00011f3a9c2e --score 0.8 --latency-ms 12.5",
            "mulambda feedback 019c8a4d-5b00-7000-8000-00011f3a9c2e --failed")
        {
            feedback._id,
            feedback._correct,
            feedback._wrong,
            feedback._score,
            feedback._confidence,
            feedback._latency,
            feedback._ahead,
            feedback._failed,
        };
        command.Validators.Add(result =>
        {
            var given = new Option[]
                {
                    feedback._correct, feedback._wrong, feedback._score, feedback._confidence, feedback._latency, feedback._ahead, feedback._failed,
                }
                .Where(option => result.GetResult(option) is { Implicit: false }).ToList();
            if (given.Count == 0)
            {
                result.AddError("One of --correct, --wrong, --score, --confidence, --latency-ms and --failed has to be given.");
            }
            else if (given.Count(option => option == feedback._correct || option == feedback._wrong || option == feedback._score) > 1)
            {
                result.AddError("Only one of --correct, --wrong and --score may be given.");
            }
            else if (given.Count > 1 && given.Contains(feedback._failed))
            {
                result.AddError("--failed has to be given alone: a request that failed has no answer.");
            }
            else if (given.Contains(feedback._ahead) && !given.Contains(feedback._latency))
            {
                result.AddError("--requests-ahead has to be given with --latency-ms, which it explains.");
            }
        });
        cli.Handle(command, feedback.RunAsync);
        return command;
    }

    private static Option<double?> Share(string name, string description) => NumberOption.Create<double>(
        name, "VALUE", description, value => value is >= 0 and <= 1, "a number from 0 to 1");

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var id = context.Get(_id)!;
        using var client = context.CreateClient("feedback");
        var taken = await client.FeedbackAsync(
            id,
            new Feedback(
                context.Get(_correct) ? true : context.Get(_wrong) ? false : null,
                context.Get(_score),
                context.Get(_confidence),
                context.Get(_latency) is { } latency ? TimeSpan.FromMilliseconds(latency) : null,
                context.Get(_failed),
                context.Get(_ahead)),
            cancellationToken);
        if (!taken)
        {
            throw new CliException(ExitCodes.Failed, $"That was told of the request {id} before, or the selector saw it itself; nothing was changed.");
        }

        await context.Output.WriteAsync(new Told(id), json => json.Told, console => Spectre.Console.AnsiConsoleExtensions.WriteLine(console, $"{id}: told"));
        return ExitCodes.Ok;
    }
}
