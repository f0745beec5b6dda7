using System.CommandLine;

namespace MuLambda.Cli.Commands;

/// <summary>A command that shows examples in its help, and what else is to be known.</summary>
internal sealed class CliCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Lines that the help shows before the examples; none for most commands.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
