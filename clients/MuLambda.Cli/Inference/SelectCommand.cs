using System.CommandLine;
using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Cli.Clients;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Client;

namespace MuLambda.Cli.Inference;

/// <summary><c>select</c>: which executor would answer.</summary>
internal sealed class SelectCommand
{
    private readonly Option<string?> _client = new("--client", "-c") { Description = "The client that asks; or criteria in its place", HelpName = "ID" };

    private readonly Option<int?> _items = NumberOption.Create<int>(
        "--items", "NUMBER", "How many examples the request will carry [default: 1]", count => count >= 1, "a whole number from 1");

    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "Show every candidate with its estimates, and why it was or was not chosen",
    };

    private readonly CriteriaOptions _criteria = new();

    public static Command Create(MuLambdaCli cli)
    {
        var select = new SelectCommand();
        var command = new CliCommand(
            "select",
            "Ask which executor would answer a client's request, and why. The selector takes the request as on its way for as long as it is estimated to take",
            "mulambda select --client digits-fast",
            "mulambda select --client digits-accurate --items 32 --json",
            "mulambda select --client digits-fast --explain",
            "mulambda select --task classification --input image --output label --latency 0.2 --accuracy 0.8 --explain")
        {
            select._client, select._items, select._explain,
        };
        foreach (var option in select._criteria.All)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            var given = select._criteria.GivenIn(result);
            if (result.GetResult(select._client) is not null)
            {
                foreach (var option in given)
                {
                    result.AddError($"{option.Name} cannot be given with --client: the client says it.");
                }
            }
            else if (given.Count == 0)
            {
                result.AddError("Either --client or criteria (--task, --input, --output) have to be given.");
            }
            else
            {
                foreach (var option in select._criteria.Needed.Where(option => !given.Contains(option)))
                {
                    result.AddError($"{option.Name} is missing.");
                }
            }
        });
        cli.Handle(command, select.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var client = context.Get(_client);
        var criteria = client is null ? _criteria.Read(context) : null;
        if (criteria is not null)
        {
            CliException.ThrowIfAny(CatalogValidation.Validate(criteria), "The criteria are not right.");
        }

        using var asking = context.CreateClient(client ?? "criteria");
        var items = context.Get(_items) ?? 1;
        if (context.Get(_explain))
        {
            await ExplainAsync(context, asking, items, criteria, cancellationToken);
            return ExitCodes.Ok;
        }

        var decision = await asking.SelectAsync(items, criteria, cancellationToken);
        await context.Output.WriteAsync(decision, json => json.Decision, console => console.Write(FactsOf(decision)));
        return ExitCodes.Ok;
    }

    private static async Task ExplainAsync(
        CommandContext context, MuLambdaClient asking, int items, Criteria? criteria, CancellationToken cancellationToken)
    {
        try
        {
            var explanation = await asking.ExplainAsync(items, criteria, cancellationToken);
            await context.Output.WriteAsync(explanation, json => json.Explanation, console =>
            {
                console.Write(FactsOf(explanation.Decision));
                CandidatesTable.Write(console, explanation.Candidates);
                CandidatesTable.WriteCold(console, explanation.Cold);
            });
        }
        catch (MuLambdaException e) when (e.Candidates.Count > 0 && !context.Output.IsJson)
        {
            await context.Output.WriteAsync(e.Candidates, json => json.IReadOnlyListCandidateReport, console => CandidatesTable.Write(console, e.Candidates));
            throw;
        }
    }

    private static Spectre.Console.Table FactsOf(Decision decision)
    {
        var estimate = decision.Estimate;
        return Output.Facts(
            ("executor", decision.Executor),
            ("node", decision.Node),
            ("model", decision.Model.ToString()),
            ("rest", decision.Endpoints.Rest),
            ("grpc", decision.Endpoints.Grpc),
            ("estimated", string.Create(
                CultureInfo.InvariantCulture,
                $"{estimate.LatencyMs:0.##} ms = {estimate.RttMs:0.##} round trip + {estimate.WaitMs:0.##} wait + {estimate.ServiceMs:0.##} service")),
            ("cold start", decision.ColdStartMs?.ToString("0.## 'ms'", CultureInfo.InvariantCulture)),
            ("accuracy", estimate.Accuracy.ToString("0.####", CultureInfo.InvariantCulture)),
            ("utility", decision.Utility.ToString("0.####", CultureInfo.InvariantCulture)),
            ("considered", decision.Considered.ToString(CultureInfo.InvariantCulture)),
            ("policy", decision.Policy),
            ("request", decision.RequestId));
    }
}
