using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Simulation.Coordinates;
using Spectre.Console;

namespace MuLambda.Cli.Experiments.Coordinates;

/// <summary><c>mulambda experiment coordinates</c>: how well round trips are predicted that nobody measured.</summary>
internal sealed class CoordinatesCommand
{
    private const int LargestScale = 100_000;

    private readonly Option<string[]> _matrices = new("--matrix")
    {
        Description = "A latency matrix besides the synthetic ones: a line a host, in it the round trip to every host in milliseconds, or in seconds "
            + "with :s behind the path; repeatable",
        HelpName = "NAME=FILE[:s]",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _hosts = NumberOption.Create<int>(
        "--hosts", "NUMBER", "The hosts of the synthetic networks [default: 500]",
        number => number is >= 100 and <= 5000, "a whole number from 100 to 5000");

    private readonly Option<int?> _rounds = NumberOption.Create<int>(
        "--rounds", "NUMBER", "How often each node probes its peers [default: 15]",
        number => number is >= 1 and <= 1000, "a whole number from 1 to 1000");

    private readonly Option<int?> _scale = NumberOption.Create<int>(
        "--scale", "NUMBER", "The executors, and as many clients, of the large network; 0 for none [default: 10000]",
        number => number is 0 or (>= 100 and <= LargestScale), $"0, or a whole number from 100 to {LargestScale}");

    private readonly Option<int?> _seed = NumberOption.Create<int>(
        "--seed", "NUMBER", "Decides everything that is drawn [default: 1]", _ => true, "a whole number");

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Where results are written [default: experiments/coordinates]",
        HelpName = "DIR",
    };

    public static Command Create(MuLambdaCli cli)
    {
        var coordinates = new CoordinatesCommand();
        var command = new CliCommand(
            "coordinates",
            "Predicting round trips by network coordinates: errors by peers, dimensions and network, with parts of the algorithm left out, under churn and "
            + "moves, for clients that few nodes measure, and on a large network. Writes CSV files and a summary to DIR",
            "mulambda experiment coordinates",
            "mulambda experiment coordinates --hosts 200 --rounds 10 --scale 0 --out /tmp/coordinates",
            "mulambda experiment coordinates --matrix planetlab=PlanetLabData_1 --matrix seattle=SeattleData_1:s");
        foreach (var option in new Option[]
            { coordinates._matrices, coordinates._hosts, coordinates._rounds, coordinates._scale, coordinates._seed, coordinates._out })
        {
            command.Add(option);
        }

        cli.Handle(command, coordinates.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var seed = context.Get(_seed) ?? 1;
        var hosts = context.Get(_hosts) ?? 500;
        var plan = new CoordinatesPlan(
            [
                new("synthetic", new SyntheticNetwork(hosts, seed)),
                new("synthetic-harsh", new SyntheticNetwork(hosts, seed, CoordinatesPlan.Harsh)),
                .. context.Get(_matrices)!.Select(text => Read(context, text)),
            ],
            hosts, context.Get(_rounds) ?? 15, context.Get(_scale) ?? 10_000, seed);
        var directory = context.Console.Resolve(context.Get(_out) ?? Path.Combine("experiments", "coordinates"));
        var results = await RunAsync(context, plan, cancellationToken);
        await CoordinatesReport.WriteAsync(directory, plan, results, cancellationToken);
        if (!context.Output.IsJson)
        {
            await context.Console.Out.WriteLineAsync(Path.Combine(directory, CoordinatesReport.SummaryFile));
        }

        return ExitCodes.Ok;
    }

    private static async Task<CoordinatesResults> RunAsync(
        CommandContext context, CoordinatesPlan plan, CancellationToken cancellationToken)
    {
        if (context.Output.Progress is not { } terminal)
        {
            var error = context.Output.IsJson ? TextWriter.Null : context.Console.Error;
            return await Task.Run(() => plan.Run((step, _) => error.WriteLine(step), cancellationToken), CancellationToken.None);
        }

        return await terminal.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(progress =>
            {
                var task = progress.AddTask("coordinates", maxValue: 1);
                return Task.Run(
                    () => plan.Run(
                        (step, share) =>
                        {
                            task.Description = Markup.Escape(step);
                            task.Value = share;
                        },
                        cancellationToken),
                    CancellationToken.None);
            });
    }

    private static NamedMatrix Read(CommandContext context, string text)
    {
        if (text.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } file] || name.Any(c => c is ',' or '|' || char.IsControl(c)))
        {
            throw CliException.Usage($"--matrix has to be NAME=FILE or NAME=FILE:s, not '{text}'.");
        }

        var seconds = file.EndsWith(":s", StringComparison.Ordinal);
        var path = context.Console.Resolve(seconds ? file[..^2] : file);
        try
        {
            using var reader = File.OpenText(path);
            return new NamedMatrix(name, MeasuredMatrix.Read(reader, seconds ? 1000 : 1));
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"--matrix {name}: {exception.Message}", exception);
        }
    }
}
