using System.Diagnostics;
using MuLambda.Catalog;
using MuLambda.Cli.Experiments;
using MuLambda.Simulation;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Tests.Experiments.Live;

/// <summary>A small cluster of real processes: two nodes, a quick model and a sure one.</summary>
public sealed class LiveExperimentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly PaperModel Quick = new("Quick", new SyntheticServiceTime(2, 0.0001, 0.001, 1), new ConfidenceSpec([0.3, 0.2, 0.1], 0.5));
    private static readonly PaperModel Sure = new("Sure", new SyntheticServiceTime(25, 0.0001, 0.001, 1), new ConfidenceSpec([0.9, 0.8, 0.7], 0.2));

    [Fact]
    public async Task A_run_on_processes_answers_every_request_by_its_criteria_beside_the_simulators_figures()
    {
        using var patience = new CancellationTokenSource(Patience);
        var progress = new Recording();

        // The published policy, asked for accuracy alone, goes where the largest confidence is, however slow a busy machine is.
        var comparison = (await RunAsync(progress, patience.Token)).ShouldHaveSingleItem();

        progress.Requests.Count.ShouldBe(20);
        progress.Requests.ShouldAllBe(request => request.Failure == null);
        progress.Requests.ShouldAllBe(request => request.Executor!.EndsWith("-sure", StringComparison.Ordinal));
        progress.Requests.ShouldAllBe(request =>
            Math.Abs(request.Confidence - Sure.Confidence.Of((request.Feature + 0.5) / 3)) < 1e-6);
        progress.Requests.ShouldAllBe(request => request.RoundTripMs >= 26, "its time, and its node's distance");
        progress.Requests.Where(request => request.Stream == 1).OrderBy(request => request.Sequence).Select(request => request.Feature)
            .ShouldBe(FeaturesOfSimulation(comparison.Cell), "the simulated requests have the same");
        comparison.Live.Requests.ShouldBe(20);
        comparison.Live.Failed.ShouldBe(0);
        comparison.Live.MeanMs.ShouldBeGreaterThan(26);
        comparison.Simulated.Requests.ShouldBe(40, "two seeds");
        comparison.Simulated.MeanMs.ShouldBeGreaterThan(26);
        comparison.DistancesMs.Count.ShouldBe(2);
        comparison.DistancesMs[0].ShouldBeGreaterThanOrEqualTo(1, "what the probers measured");
        comparison.DistancesMs[1].ShouldBeGreaterThanOrEqualTo(4);
        comparison.MeanDifference.ShouldBe((comparison.Live.MeanMs / comparison.Simulated.MeanMs) - 1, 1e-9);
        progress.ShouldHaveStopped();
    }

    [Fact]
    public async Task An_experiment_that_is_broken_off_leaves_no_process_behind()
    {
        using var interruption = new CancellationTokenSource(Patience);
        var progress = new Recording { OnMeasuring = interruption.Cancel };

        await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(progress, interruption.Token));

        // Registry, two selectors, two probers, three executors.
        progress.Processes.Count.ShouldBe(8);
        progress.ShouldHaveStopped();
    }

    // By the confidence of the model that answered each request of the second stream.
    private static IEnumerable<int> FeaturesOfSimulation(PaperCell cell)
    {
        var requests = new RequestList();
        new PaperRun(cell, "weighted", 1, 10).Simulate(requests, CancellationToken.None);
        return requests.Records.Where(request => request.Stream == 1).OrderBy(request => request.Sequence)
            .Select(request => Enumerable.Range(0, 3).Single(feature => Math.Abs(request.Confidence - Sure.Confidence.Of((feature + 0.5) / 3)) < 1e-9));
    }

    private static Task<IReadOnlyList<LiveComparison>> RunAsync(ILiveProgress progress, CancellationToken cancellationToken)
    {
        var grid = new PaperGrid
        {
            Schedules = [new PaperSchedule("small", [[Quick, Sure], [Sure]])],
            UseCases = [new PaperUseCase("exact", "Accuracy alone", [new Preference(0, 1)])],
            Streams = [2],
            Sizes = [3],
            Networks = [new PaperNetwork("near", [1, 4])],
        };
        var plan = LivePlan.Of(new PaperPlan(grid, ["weighted"], [1, 2], Requests: 10), Patience, cancellationToken);
        return new LiveExperiment(plan, progress).RunAsync(cancellationToken);
    }

    private sealed class Recording : ILiveProgress
    {
        public Action OnMeasuring { get; init; } = () => { };

        public IReadOnlyList<int> Processes { get; private set; } = [];

        public IReadOnlyList<LiveRequest> Requests { get; private set; } = [];

        public void Starting(string schedule, string network)
        {
        }

        public void Started(IReadOnlyList<int> processes) => Processes = [.. Processes, .. processes];

        public void Measuring(LiveRun run) => OnMeasuring();

        public void Ended()
        {
        }

        public void Measured(LiveComparison comparison, IReadOnlyList<LiveRequest> requests) => Requests = requests;

        public void ShouldHaveStopped() => Processes.ShouldAllBe(id => !IsRunning(id));

        private static bool IsRunning(int id)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                return !process.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }
}
