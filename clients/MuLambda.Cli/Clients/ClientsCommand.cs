using System.CommandLine;
using System.Globalization;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;
using Spectre.Console;

namespace MuLambda.Cli.Clients;

/// <summary><c>clients list|delete</c>, and <c>apply</c> beside them.</summary>
internal static class ClientsCommand
{
    public static Command Create(MuLambdaCli cli) =>
        new CliCommand(
            "clients",
            "The applications that ask for predictions, and their criteria",
            "mulambda clients apply -f client.yaml",
            "mulambda clients list",
            "mulambda clients delete digits-fast")
        {
            ApplyCommand.Create(cli), CreateList(cli), CreateDelete(cli),
        };

    private static CliCommand CreateList(MuLambdaCli cli)
    {
        var list = new CliCommand(
            "list", "List the registered clients with their criteria", "mulambda clients list", "mulambda clients list --json");
        cli.Handle(list, async (context, cancellationToken) =>
        {
            var clients = await context.CallRegistryAsync(
                (registry, token) => registry.ListClientsAsync(token), cancellationToken);
            await context.Output.WriteAsync(
                clients, json => json.IReadOnlyListClient, console => console.Write(TableOf(clients)));
            return ExitCodes.Ok;
        });
        return list;
    }

    private static CliCommand CreateDelete(MuLambdaCli cli)
    {
        var delete = new CliCommand(
            "delete", "Delete a client's registration and its latency reports", "mulambda clients delete digits-fast");
        var id = new Argument<string>("ID") { Description = "The client" };
        delete.Add(id);
        cli.Handle(delete, async (context, cancellationToken) =>
        {
            var client = context.Get(id)!;
            if (!await context.CallRegistryAsync(
                (registry, token) => registry.DeleteClientAsync(client, token), cancellationToken))
            {
                throw CliException.NotFound($"There is no client {client}.");
            }

            await context.Output.WriteAsync(
                new Deleted(client), json => json.Deleted, console => console.WriteLine($"deleted {client}"));
            return ExitCodes.Ok;
        });
        return delete;
    }

    internal static Table TableOf(IEnumerable<Catalog.Client> clients)
    {
        var table = Output.Table(
            "CLIENT", "TASK", "INPUT", "OUTPUT", "LATENCY", "ACCURACY", "MAX MS", "MIN ACCURACY", "SLO MS", "LEASE S", "NODE", "PROBE");
        foreach (var client in clients)
        {
            var (required, desired, bounds) = client.Criteria;
            table.AddTexts(
                client.Id, required.Task, required.Input, required.Output,
                Number(desired.Latency), Number(desired.Accuracy),
                Number(bounds?.MaxLatencyMs), Number(bounds?.MinAccuracy),
                Number(client.Slo?.LatencyMs), Number(client.LeaseSeconds), client.Node, client.ProbeEndpoint);
        }

        return table;
    }

    private static string? Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture);
}
