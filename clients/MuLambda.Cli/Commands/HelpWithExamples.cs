using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MuLambda.Cli.Commands;

/// <summary>The usual help, with examples and, for the whole program, the exit codes and where addresses come from.</summary>
internal sealed class HelpWithExamples(HelpAction usual, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        var examples = command is CliCommand own ? own.Examples : rootExamples;
        if (command is CliCommand { Notes: { Count: > 0 } notes })
        {
            foreach (var note in notes)
            {
                output.WriteLine(note);
            }

            output.WriteLine();
        }

        output.WriteLine("Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  {example}");
        }

        if (command is RootCommand)
        {
            output.WriteLine(
                """

                Addresses, the first that is there:
                  --registry and --selector; --state DIR; MULAMBDA_REGISTRY and MULAMBDA_SELECTOR; services__registry__http__0 and
                  services__selector__http__0; .mulambda/endpoints.json in the current directory or above it

                Exit codes:
                  0    done
                  1    the platform refused, or something failed
                  2    the command line or a file it names is not right
                  3    not found, or no candidate for the client's criteria
                  4    the platform is not reachable, or did not answer in time
                  130  interrupted
                """);
        }

        output.WriteLine();
        return ExitCodes.Ok;
    }
}
