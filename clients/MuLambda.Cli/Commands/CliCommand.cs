using System.CommandLine;

namespace MuLambda.Cli.Commands;

/// <summary>A command that shows examples in its help.</summary>
internal sealed class CliCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}
