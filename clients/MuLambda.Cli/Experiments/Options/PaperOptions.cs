using System.CommandLine;
using MuLambda.Cli.Commands;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>The options that say what is run.</summary>
internal sealed class PaperOptions
{
    private const int MaxValues = 1000;

    private static readonly IReadOnlyList<string> Policies = [.. PaperGrid.Policies, PaperGrid.Oracle];

    private readonly Option<string[]> _schedules = List("--schedule", "NAMES", $"Schedules: {Names(PaperSchedules.Published.Select(s => s.Name))} [default: all, or all of the file]");
    private readonly Option<string[]> _useCases = List("--usecase", "NAMES", $"Use cases: {Names(PaperUseCases.Published.Select(u => u.Name))} [default: all]");
    private readonly Option<string[]> _policies = List("--policy", "NAMES", $"Policies: {Names(PaperGrid.Policies)} [default: these]; {PaperGrid.Oracle} knows the executors perfectly and plans all streams ahead");
    private readonly Option<string[]> _streams = List("--streams", "NUMBERS", $"Streams side by side, from 1 to 1000 [default: {Names(PaperGrid.Published.Streams)}]");
    private readonly Option<string[]> _sizes = List("--size", "NUMBERS", $"Items of a request, from 1 to 1000000 [default: {Names(PaperGrid.Published.Sizes)}]");
    private readonly Option<string[]> _networks = List("--network", "NAMES", $"Networks: {Names(PaperNetworks.Published.Select(n => n.Name))} [default: all, and those of the file]");
    private readonly Option<string[]> _seeds = List("--seeds", "NUMBERS", $"Seeds, such as 101-110 [default: {DefaultSeeds[0]}-{DefaultSeeds[^1]}]");
    private readonly Option<int?> _requests = NumberOption.Create<int>(
        "--requests", "NUMBER", $"Requests of each stream [default: {DefaultRequests}]", requests => requests is >= 1 and <= 1_000_000, "a whole number from 1 to 1000000");
    private readonly Option<string?> _scheduleFile = new("--schedule-file")
    {
        Description = "Schedules, models and networks of your own, as JSON (experiments/paper/README.md says how)",
        HelpName = "FILE",
    };

    /// <summary>Seeds where none are given.</summary>
    public static IReadOnlyList<long> DefaultSeeds { get; } = [101, 102, 103];

    /// <summary>Requests of each stream where no number is given.</summary>
    public const int DefaultRequests = 1000;

    /// <summary>What is run where nothing else is said: the evaluation as published.</summary>
    public static PaperPlan Defaults { get; } = new(PaperGrid.Published, PaperGrid.Policies, DefaultSeeds, DefaultRequests);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _schedules, _useCases, _policies, _streams, _sizes, _networks, _seeds, _requests, _scheduleFile })
        {
            command.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="context">The command's arguments.</param>
    /// <param name="usual">What is run where nothing else is said.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">A value, or the file, is not right.</exception>
    public async Task<PaperPlan> ReadAsync(CommandContext context, PaperPlan usual, CancellationToken cancellationToken)
    {
        var file = context.Get(_scheduleFile) is { } path
            ? await ScheduleFile.ReadAsync(context.Console, path, cancellationToken)
            : null;
        var published = PaperGrid.Published;
        var grid = new PaperGrid
        {
            Schedules = Chosen(
                _schedules, [.. file?.Schedules ?? [], .. published.Schedules], file?.Schedules ?? usual.Grid.Schedules, schedule => schedule.Name),
            UseCases = Chosen(_useCases, published.UseCases, usual.Grid.UseCases, useCase => useCase.Name),
            Streams = Numbers(_streams, usual.Grid.Streams, published.Streams, 1000),
            Sizes = Numbers(_sizes, usual.Grid.Sizes, published.Sizes, 1_000_000),
            Networks = Chosen(
                _networks, [.. published.Networks, .. file?.Networks ?? []], [.. usual.Grid.Networks, .. file?.Networks ?? []], network => network.Name),
        };
        var seeds = Listed.Numbers(
            _seeds.Name, context.Get(_seeds), usual.Seeds, usual: null, least: 0, most: int.MaxValue, MaxValues);
        return new PaperPlan(
            grid, Chosen(_policies, Policies, usual.Policies, name => name), seeds, context.Get(_requests) ?? usual.Requests);

        IReadOnlyList<T> Chosen<T>(Option<string[]> option, IReadOnlyList<T> all, IReadOnlyList<T> otherwise, Func<T, string> nameOf) =>
            context.Get(option) is { Length: > 0 } given ? Listed.Names(option.Name, given, all, nameOf) : otherwise;

        IReadOnlyList<int> Numbers(Option<string[]> option, IReadOnlyList<int> otherwise, IReadOnlyList<int> known, int most) =>
        [
            .. Listed.Numbers(
                option.Name, context.Get(option), [.. otherwise.Select(number => (long)number)], [.. known.Select(number => (long)number)], 1, most, MaxValues)
                .Select(number => (int)number),
        ];
    }

    private static string Names<T>(IEnumerable<T> names) => string.Join(", ", names);

    private static Option<string[]> List(string name, string helpName, string description) =>
        new(name) { Description = description, HelpName = helpName };
}
