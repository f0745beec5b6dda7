using System.CommandLine;
using MuLambda.Cli.Commands;

namespace MuLambda.Cli.Experiments;

/// <summary><c>mulambda experiment</c>: what the platform's choices are measured by.</summary>
internal static class ExperimentCommand
{
    public static Command Create(MuLambdaCli cli)
    {
        var command = new CliCommand(
            "experiment",
            "Experiments that compare selection policies; they need no running platform",
            "mulambda experiment paper",
            "mulambda experiment paper --schedule logical --usecase psa --table --no-page");
        command.Add(PaperCommand.Create(cli));
        return command;
    }
}
