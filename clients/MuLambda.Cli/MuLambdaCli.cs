using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MuLambda.Cli.Clients;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Deployments;
using MuLambda.Cli.Executors;
using MuLambda.Cli.Experiments;
using MuLambda.Cli.Inference;
using MuLambda.Cli.Load;
using MuLambda.Cli.Models;
using MuLambda.Cli.Selectors;
using MuLambda.Cli.Slos;
using MuLambda.Cli.Telemetry;
using MuLambda.Cli.Terminal;

namespace MuLambda.Cli;

/// <summary>The command <c>mulambda</c>: the tree of its commands, and how each one runs and ends.</summary>
internal sealed class MuLambdaCli
{
    private static readonly string[] Examples =
    [
        "mulambda models push --zoo digits",
        "mulambda clients apply digits-fast --task classification --input image --output label --latency 1 --accuracy 0",
        "mulambda infer --client digits-fast --image seven.png",
    ];

    // An interrupted experiment stops its processes first.
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(20);

    private readonly CliConsole _console;
    private readonly GlobalOptions _globals = new();
    private readonly RootCommand _root = new("Models, executors, clients and inferences of a MuLambda platform.");

    public MuLambdaCli(CliConsole console)
    {
        _console = console;
        _globals.AddTo(_root);
        _root.Add(ModelsCommand.Create(this));
        _root.Add(ExecutorsCommand.Create(this));
        _root.Add(DeploymentsCommand.Create(this));
        _root.Add(ClientsCommand.Create(this));
        _root.Add(SelectorsCommand.Create(this));
        _root.Add(SloCommand.Create(this));
        _root.Add(SelectCommand.Create(this));
        _root.Add(InferCommand.Create(this));
        _root.Add(FeedbackCommand.Create(this));
        _root.Add(LoadCommand.Create(this));
        _root.Add(ExperimentCommand.Create(this));
        foreach (var option in _root.Options)
        {
            if (option is HelpOption { Action: HelpAction usual } help)
            {
                help.Action = new HelpWithExamples(usual, Examples);
            }
        }
    }

    /// <summary>Runs the command line and returns its exit code.</summary>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var parsed = _root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            return await RefuseAsync(parsed, parsed.Errors.Select(error => error.Message));
        }

        // What a script's variable leaves empty is never the name that was meant.
        if (EmptyArgumentOf(parsed) is { } argument)
        {
            return await RefuseAsync(parsed, [$"{argument} has to be given; it is empty."]);
        }

        var invocation = new InvocationConfiguration
        {
            Output = _console.Out,
            Error = _console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TerminationTimeout,
        };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    /// <summary>Makes <paramref name="run"/> the action of a command, with one way to end for all of them.</summary>
    public void Handle(Command command, Func<CommandContext, CancellationToken, Task<int>> run) =>
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var context = new CommandContext(arguments, _globals, _console);
            using var tracing = TracingSwitch.Start(_console);
            try
            {
                return await run(context, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (Exception e) when (Failure.IsExpected(e))
            {
                await context.Output.WriteFailureAsync(Failure.Of(e));
                return Failure.ExitCodeOf(e);
            }
        });

    private static string? EmptyArgumentOf(ParseResult parsed) => parsed.CommandResult.Children
        .Where(child => child.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        .Select(child => child switch
        {
            System.CommandLine.Parsing.ArgumentResult argument => argument.Argument.Name,
            System.CommandLine.Parsing.OptionResult { Option.Name: "--client" } option => option.Option.Name,
            _ => null,
        })
        .FirstOrDefault(name => name is not null);

    private async Task<int> RefuseAsync(ParseResult parsed, IEnumerable<string> reasons)
    {
        var path = string.Join(' ', PathOf(parsed.CommandResult));
        var output = new Output(_console, parsed.GetValue(_globals.Json), parsed.GetValue(_globals.NoColor));
        await output.WriteFailureAsync(new Failure(
            string.Join('\n', reasons.Append($"See '{path} --help'."))));
        return ExitCodes.Usage;
    }

    private static Stack<string> PathOf(System.CommandLine.Parsing.CommandResult result)
    {
        var names = new Stack<string>();
        for (var at = result; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(at.Command is RootCommand ? "mulambda" : at.Command.Name);
        }

        return names;
    }
}
