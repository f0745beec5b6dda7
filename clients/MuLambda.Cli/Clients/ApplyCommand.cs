using System.CommandLine;
using MuLambda.Catalog;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli.Clients;

/// <summary><c>clients apply</c>: registers clients from a file, or one from options.</summary>
internal sealed class ApplyCommand
{
    private readonly Argument<string?> _id = new("ID") { Description = "The client's id", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _file = new("--file", "-f")
    {
        Description = "A YAML or JSON file of a client or a list of clients, written as the API writes them; - for standard input",
        HelpName = "FILE",
    };

    private readonly CriteriaOptions _criteria = new();
    private readonly Option<double?> _slo = NumberOption.Create<double>("--slo-ms", "MS", "The time within which requests have to be answered");
    private readonly Option<double?> _sloTarget = NumberOption.Create<double>("--slo-target", "SHARE", "The share of requests that have to be [default: 0.99]");
    private readonly Option<double?> _sloWindow = DurationOption.Create("--slo-window", "The sliding window of the share, from 1h to 90d [default: 30d]");
    private readonly Option<double?> _lease = NumberOption.Create<double>("--lease", "SECONDS", "How long it stays registered without renewal [default: until it is deleted]");

    public static Command Create(MuLambdaCli cli)
    {
        var apply = new ApplyCommand();
        var command = new CliCommand(
            "apply",
            "Register a client with its criteria, or change a registered one",
            "mulambda clients apply -f client.yaml",
            "mulambda clients apply digits-fast --task classification --input image --output label --latency 1 --accuracy 0",
            "mulambda clients apply digits-fast --task classification --input image --output label --slo-ms 50 --slo-target 0.999 --slo-window 7d",
            "mulambda clients apply careful --task classification --input image --output label --latency 0.2 --accuracy 0.8 --min-accuracy 0.95 --max-latency-ms 50");
        command.Add(apply._id);
        command.Add(apply._file);
        foreach (var option in apply.Options)
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            var given = apply.Options.Where(option => result.GetResult(option) is not null).ToList();
            if (result.GetResult(apply._file) is not null)
            {
                foreach (var name in given.Select(option => option.Name).Prepend(result.GetValue(apply._id)).OfType<string>())
                {
                    result.AddError($"'{name}' cannot be given with --file: the file says it.");
                }

                return;
            }

            if (result.GetValue(apply._id) is null)
            {
                result.AddError("ID or --file is missing.");
                return;
            }

            foreach (var option in apply._criteria.Needed.Where(option => !given.Contains(option)))
            {
                result.AddError($"{option.Name} is missing.");
            }

            foreach (var option in given.Where(option => option == apply._sloTarget || option == apply._sloWindow))
            {
                if (!given.Contains(apply._slo))
                {
                    result.AddError($"{option.Name} needs --slo-ms.");
                }
            }
        });
        cli.Handle(command, apply.RunAsync);
        return command;
    }

    private Option[] Options => [.. _criteria.All, _slo, _sloTarget, _sloWindow, _lease];

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var clients = context.Get(_file) is { } file
            ? await ClientFile.ReadAsync(context.Console, file, cancellationToken)
            : [OneOf(context)];
        var applied = new List<AppliedClient>();
        foreach (var client in clients)
        {
            var result = await context.CallRegistryAsync(
                (registry, token) => registry.PutClientAsync(client, token), cancellationToken);
            applied.Add(new AppliedClient(result.Created, result.Value));
        }

        await context.Output.WriteAsync<IReadOnlyList<AppliedClient>>(
            applied,
            json => json.IReadOnlyListAppliedClient,
            console => console.Write(ClientsCommand.TableOf(applied.Select(result => result.Client))));
        return ExitCodes.Ok;
    }

    private Catalog.Client OneOf(CommandContext context)
    {
        var client = new Catalog.Client(
            context.Get(_id)!,
            _criteria.Read(context),
            context.Get(_slo) is { } slo ? new Slo(slo, context.Get(_sloTarget) ?? 0.99, context.Get(_sloWindow) ?? Slo.DefaultWindowSeconds) : null,
            LeaseSeconds: context.Get(_lease));
        CliException.ThrowIfAny(CatalogValidation.Validate(client), "The client is not right.");
        return client;
    }
}
