using MuLambda.Simulation.Paper;

namespace MuLambda.Simulation.Tests.Paper;

/// <summary>The evaluation is the published one: figures written down by hand from the publication.</summary>
public sealed class PublishedEvaluationTests
{
    [Theory]
    [InlineData("parity", "0 4 5 8", "0 4 5 8", "0 4 5 8", "0 4 5 8")]
    [InlineData("hyperlocal", "0 1 2 3 4 5 6 7 8", "", "", "")]
    [InlineData("logical", "0 1 5 8", "3 4 5 8", "5 6 7 8", "0 6 7 8")]
    [InlineData("arbitrary", "2 6 1 8", "4 0 7 3", "6 8 1 0", "3 7 6 2")]
    public void Schedules_place_the_models_as_published(string name, params string[] nodes)
    {
        var schedule = PaperSchedules.Published.Single(schedule => schedule.Name == name);

        schedule.Nodes.Select(models => string.Join(' ', models.Select(model => PaperModels.Published.ToList().IndexOf(model))))
            .ShouldBe(nodes);
    }

    [Theory]
    [InlineData("parity", 16, 4)]
    [InlineData("hyperlocal", 9, 1)]
    [InlineData("logical", 16, 1)]
    [InlineData("arbitrary", 16, 2)]
    public void Executors_are_one_a_model_and_node(string name, int executors, int ofBestModel)
    {
        var schedule = PaperSchedules.Published.Single(schedule => schedule.Name == name);

        schedule.Executors.Count.ShouldBe(executors);
        schedule.Executors.Select(executor => executor.Id).Distinct().Count().ShouldBe(executors);
        schedule.Executors[0].Id.ShouldBe(name == "arbitrary" ? "node0-fastgood" : "node0-fastbad");
        schedule.ExecutorsOfBestModel.ShouldBe(ofBestModel);
    }

    [Theory]
    [InlineData(0, "FastBad", 10, 0.001, 0.1, 5, 0.5, 0.3, 0.1, 0.1)]
    [InlineData(1, "FastOK", 15, 0.002, 0.35, 5, 0.8, 0.5, 0.3, 0.2)]
    [InlineData(2, "FastGood", 20, 0.004, 0.7, 5, 0.9, 0.7, 0.5, 0.3)]
    [InlineData(3, "MidBad", 50, 0.01, 0.1, 30, 0.55, 0.35, 0.15, 0.4)]
    [InlineData(4, "MidOK", 75, 0.02, 0.3, 30, 0.85, 0.55, 0.35, 0.5)]
    [InlineData(5, "MidGood", 100, 0.04, 0.7, 30, 0.95, 0.75, 0.55, 0.6)]
    [InlineData(6, "SlowBad", 150, 0.06, 0.1, 60, 0.6, 0.4, 0.2, 0.7)]
    [InlineData(7, "SlowMid", 175, 0.07, 0.35, 60, 0.9, 0.6, 0.4, 0.8)]
    [InlineData(8, "SlowGood", 200, 0.08, 0.7, 60, 1, 0.8, 0.6, 0.9)]
    public void Models_take_and_answer_as_published(
        int id, string name, double delay, double alpha, double beta, double jitter, double first, double second, double third, double gamma)
    {
        var model = PaperModels.Published[id];

        model.Name.ShouldBe(name);
        (model.Service.DelayMs, model.Service.Alpha, model.Service.Beta, model.Service.JitterMs).ShouldBe((delay, alpha, beta, jitter));
        model.Confidence.ByFeature.ShouldBe([first, second, third]);
        model.Confidence.Gamma.ShouldBe(gamma);
        model.DeclaredAccuracy.ShouldBe(first);
    }

    [Theory]
    [InlineData("FastBad", 0.2688)] // (.5 + .3 + .1) / 3 / 3^.1
    [InlineData("FastGood", 0.5035)]
    [InlineData("MidGood", 0.3879)]
    [InlineData("SlowGood", 0.2976)]
    public void Expected_confidence_is_the_mean_over_features(string name, double expected) =>
        PaperModels.Published.Single(model => model.Name == name).ExpectedConfidence.ShouldBe(expected, 0.0001);

    [Theory]
    [InlineData("scp", "1:0")]
    [InlineData("mda", "0:1")]
    [InlineData("psa", "0.5:0.5")]
    [InlineData("env", "0.5:0.5 0.2:0.8 0:1 0.8:0.2 1:0")]
    public void Use_cases_weigh_as_published(string name, string phases) =>
        string.Join(' ', PaperUseCases.Published.Single(useCase => useCase.Name == name).Phases
            .Select(weights => FormattableString.Invariant($"{weights.Latency}:{weights.Accuracy}")))
            .ShouldBe(phases);

    [Fact]
    public void The_weights_of_env_change_at_each_fifth_of_a_streams_requests()
    {
        var env = PaperUseCases.Published.Single(useCase => useCase.Name == "env");

        new[] { 0, 19, 20, 39, 40, 59, 60, 79, 80, 99 }.Select(sequence => env.PhaseOf(sequence, 100))
            .ShouldBe([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    }

    [Fact]
    public void The_grid_has_every_combination_once()
    {
        var cells = PaperGrid.Published.Cells.ToArray();

        cells.Length.ShouldBe(4 * 4 * 10 * 2 * 2);
        cells.Select(cell => cell.ToString()).Distinct().Count().ShouldBe(cells.Length);
        cells.Sum(cell => cell.Streams).ShouldBe(231 * 4 * 4 * 2 * 2);
        PaperGrid.Published.Networks.Select(network => string.Join(' ', Enumerable.Range(0, 4).Select(network.DelayMs)))
            .ShouldBe(["10 30 100 300", "0 0 0 0"]);
    }

    [Fact]
    public void Every_request_is_sent_with_the_weights_of_its_part_and_counts()
    {
        var cell = PaperGrid.Published.Cells.First(cell => cell is { UseCase.Name: "env", Streams: 3 });
        var requests = new RequestList();

        new PaperRun(cell, "random", 1, 50).Simulate(requests, default);

        requests.Records.Count.ShouldBe(150);
        requests.Records.ShouldAllBe(request => request.Outcome == RequestOutcome.Answered && request.Items == 10);
        requests.Records.ShouldAllBe(request => request.Phase == cell.UseCase.PhaseOf(request.Sequence, 50));
    }
}
