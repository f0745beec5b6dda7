using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Cli.Experiments.Coordinates;
using MuLambda.Cli.Experiments.Scaling;

namespace MuLambda.Cli.Experiments;

/// <summary><c>mulambda experiment</c>: what the platform's choices are measured by.</summary>
internal static class ExperimentCommand
{
    public static Command Create(MuLambdaCli cli)
    {
        var command = new CliCommand(
            "experiment",
            "Experiments on selection and on what it rests on; they need no running platform",
            "mulambda experiment paper",
            "mulambda experiment paper --schedule logical --usecase psa --table --no-page",
            "mulambda experiment coordinates",
            "mulambda experiment scaling --traces spike",
            "mulambda experiment scaling-live");
        command.Add(PaperCommand.Create(cli));
        command.Add(CoordinatesCommand.Create(cli));
        command.Add(ScalingCommand.Create(cli));
        command.Add(LiveScalingCommand.Create(cli));
        return command;
    }
}
