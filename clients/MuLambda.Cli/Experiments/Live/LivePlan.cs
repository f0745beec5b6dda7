using System.Globalization;
using MuLambda.Cli.Commands;
using MuLambda.Simulation;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>The runs of a live experiment: those of a cluster follow each other on the same processes.</summary>
internal sealed class LivePlan
{
    /// <summary>The most runs of one cluster: each starts a selector of its own.</summary>
    public const int MaxRunsOfCluster = 32;

    /// <summary>The most executors of a cluster: each is a process.</summary>
    public const int MaxExecutors = 64;

    // Measured on two cores: what a process takes to start, and what bringing a selector up to speed takes.
    private static readonly TimeSpan StartOfProcess = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan WarmUpOfRun = TimeSpan.FromSeconds(4);

    private LivePlan(PaperPlan plan, IReadOnlyList<IReadOnlyList<LiveRun>> clusters) => (Plan, Clusters) = (plan, clusters);

    /// <summary>What was asked for.</summary>
    public PaperPlan Plan { get; }

    /// <summary>The runs, by schedule and network.</summary>
    public IReadOnlyList<IReadOnlyList<LiveRun>> Clusters { get; }

    /// <summary>All requests.</summary>
    public long Requests => Clusters.Sum(runs => runs.Sum(run => (long)run.Cell.Streams * Plan.Requests));

    /// <summary>How long everything takes, about.</summary>
    public TimeSpan Expected => Clusters.Aggregate(TimeSpan.Zero, (sum, runs) =>
        sum + (ProcessesOf(runs) * StartOfProcess) + runs.Aggregate(TimeSpan.Zero, (time, run) => time + WarmUpOfRun + run.Expected));

    /// <summary>Simulates what is asked for, which also says how long it takes.</summary>
    /// <exception cref="CliException">It is too much for this machine or for the limit.</exception>
    public static LivePlan Of(PaperPlan plan, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (plan.Policies.Contains(PaperGrid.Oracle))
        {
            throw CliException.Usage($"--policy: {PaperGrid.Oracle} knows what no process can know; it cannot run with --live.");
        }

        var cells = plan.Grid.Cells.GroupBy(cell => (cell.Schedule, cell.Network)).ToList();
        foreach (var (schedule, runs) in cells.Select(cluster => (cluster.Key.Schedule, cluster.Count() * plan.Policies.Count)))
        {
            if (runs > MaxRunsOfCluster)
            {
                throw CliException.Usage(Text(
                    $"--live: {runs} runs of schedule {schedule.Name} are too many; the limit is {MaxRunsOfCluster} a schedule and network. Choose fewer policies, use cases, streams or sizes."));
            }

            if (schedule.Executors.Count > MaxExecutors)
            {
                throw CliException.Usage(Text(
                    $"--live: schedule {schedule.Name} has {schedule.Executors.Count} executors, each a process; the limit is {MaxExecutors}."));
            }
        }

        var live = new LivePlan(plan, [.. cells.Select(cluster => cluster
            .SelectMany(cell => plan.Policies.Select(policy => new LiveRun(cell, policy, Simulate(plan, cell, policy, cancellationToken)))).ToList())]);
        return live.Expected <= limit
            ? live
            : throw CliException.Usage(Text(
                $"--live would take about {live.Expected.TotalMinutes:0} minutes; the limit is {limit.TotalMinutes:0}. Choose a smaller subset or fewer --requests, or raise --live-limit."));
    }

    /// <summary>The command that repeats it.</summary>
    public string Command => Text(
        $"mulambda experiment paper --live --schedule {Names(Plan.Grid.Schedules.Select(s => s.Name))} --usecase {Names(Plan.Grid.UseCases.Select(u => u.Name))} --policy {Names(Plan.Policies)} --streams {Names(Plan.Grid.Streams)} --size {Names(Plan.Grid.Sizes)} --network {Names(Plan.Grid.Networks.Select(n => n.Name))} --requests {Plan.Requests} --seeds {Names(Plan.Seeds)}");

    /// <summary>What the simulator says of a cell under a policy; its probers measure as the prober service does.</summary>
    public PolicySummary Simulate(PaperCell cell, string policy, CancellationToken cancellationToken) =>
        Simulate(Plan, cell, policy, cancellationToken);

    private static PolicySummary Simulate(PaperPlan plan, PaperCell cell, string policy, CancellationToken cancellationToken) => PolicySummary.Of(
        policy,
        [.. plan.Seeds.AsParallel().Select(seed =>
            new PaperRun(cell, policy, seed, plan.Requests) { Probes = new ProbeSpec() }.Simulate(cancellationToken))]);

    // Registry and warm-up selector, a selector a run, a prober a node, and the executors.
    private static int ProcessesOf(IReadOnlyList<LiveRun> runs) =>
        2 + runs.Count + runs[0].Cell.Schedule.Nodes.Count + runs[0].Cell.Schedule.Executors.Count;

    private static string Names<T>(IEnumerable<T> values) => string.Join(',', values.Select(value => Text($"{value}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
