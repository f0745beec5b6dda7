using System.CommandLine;
using System.Globalization;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using MuLambda.Client;

namespace MuLambda.Cli.Inference;

/// <summary><c>select</c>: which executor would answer.</summary>
internal static class SelectCommand
{
    public static Command Create(MuLambdaCli cli)
    {
        var command = new CliCommand(
            "select",
            "Ask which executor would answer a client's request, and why",
            "mulambda select --client digits-fast",
            "mulambda select --client digits-accurate --items 32 --json");
        var client = new Option<string>("--client", "-c") { Description = "The client that asks", HelpName = "ID", Required = true };
        var items = NumberOption.Create<int>(
            "--items", "NUMBER", "How many examples the request will carry [default: 1]", count => count >= 1, "a whole number from 1");
        command.Add(client);
        command.Add(items);
        cli.Handle(command, async (context, cancellationToken) =>
        {
            using var asking = context.CreateClient(context.Get(client)!);
            var decision = await asking.SelectAsync(context.Get(items) ?? 1, cancellationToken: cancellationToken);
            await context.Output.WriteAsync(decision, json => json.Decision, console => console.Write(FactsOf(decision)));
            return ExitCodes.Ok;
        });
        return command;
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
            ("accuracy", estimate.Accuracy.ToString("0.####", CultureInfo.InvariantCulture)),
            ("utility", decision.Utility.ToString("0.####", CultureInfo.InvariantCulture)),
            ("considered", decision.Considered.ToString(CultureInfo.InvariantCulture)),
            ("policy", decision.Policy),
            ("request", decision.RequestId));
    }
}
