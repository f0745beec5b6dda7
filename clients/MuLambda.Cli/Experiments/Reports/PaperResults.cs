using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>All that a report is made of.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Cells">The cells, in the order of the grid.</param>
/// <param name="Dynamics">What happened when things changed; null where that was not run.</param>
internal sealed record PaperResults(PaperPlan Plan, IReadOnlyList<CellSummary> Cells, PaperDynamics? Dynamics)
{
    /// <summary>The goals that can be checked in these cells.</summary>
    public IReadOnlyList<Goal> Goals { get; } = [.. PaperGoals.Check(Cells).Where(goal => goal.Checks.Count > 0)];

    /// <summary>The goals that can be checked in what happened when things changed.</summary>
    public IReadOnlyList<Goal> DynamicsGoals { get; } =
        Dynamics is null ? [] : [.. Simulation.Paper.DynamicsGoals.Check(Dynamics).Where(goal => goal.Checks.Count > 0)];

    /// <summary>The policies over all cells.</summary>
    public IReadOnlyList<PolicyAverage> Averages { get; } = PolicyAverage.Of(Plan, Cells);

    /// <summary>The command that gives these results, without what is the default.</summary>
    public string Command
    {
        get
        {
            var (grid, usual) = (Plan.Grid, PaperGrid.Published);
            var words = new List<string> { "mulambda experiment paper" };
            Add("--schedule", grid.Schedules.Select(schedule => schedule.Name), usual.Schedules.Select(schedule => schedule.Name));
            Add("--usecase", grid.UseCases.Select(useCase => useCase.Name), usual.UseCases.Select(useCase => useCase.Name));
            Add("--policy", Plan.Policies, PaperGrid.Policies);
            Add("--streams", grid.Streams, usual.Streams);
            Add("--size", grid.Sizes, usual.Sizes);
            Add("--network", grid.Networks.Select(network => network.Name), usual.Networks.Select(network => network.Name));
            Add("--seeds", Plan.Seeds, PaperOptions.DefaultSeeds);
            Add("--requests", [Plan.Requests], [PaperOptions.DefaultRequests]);
            return string.Join(' ', words);

            void Add<T>(string option, IEnumerable<T> values, IEnumerable<T> defaults)
            {
                if (!values.SequenceEqual(defaults))
                {
                    words.Add($"{option} {string.Join(',', values)}");
                }
            }
        }
    }
}
