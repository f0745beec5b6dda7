using System.Text;
using MuLambda.Cli.Experiments;
using MuLambda.Cli.Tests.Platform;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Tests.Experiments;

public sealed class ScheduleFileTests
{
    private const string Mine =
        """
        {
          // One model of my own beside a published one.
          "models": [{"name": "Tiny", "delayMs": 4, "alpha": 0.001, "beta": 0.05, "jitterMs": 2, "confidence": [0.9, 0.5], "gamma": 0.1}],
          "networks": [{"name": "office", "delaysMs": [1, 2.5]}],
          "schedules": [{"name": "mine", "nodes": [["Tiny", "FastGood"], ["tiny", "Tiny"], []]}]
        }
        """;

    [Fact]
    public void Schedules_models_and_networks_are_read()
    {
        var file = ScheduleFile.Parse(Encoding.UTF8.GetBytes(Mine));

        var schedule = file.Schedules.ShouldHaveSingleItem();
        schedule.Executors.Select(executor => executor.Id).ShouldBe(["node0-tiny", "node0-fastgood", "node1-tiny", "node1-tiny-2"]);
        schedule.Nodes.Count.ShouldBe(3);
        var tiny = schedule.Models[0];
        (tiny.Service.DelayMs, tiny.Service.Alpha, tiny.Service.Beta, tiny.Service.JitterMs).ShouldBe((4, 0.001, 0.05, 2));
        tiny.ExpectedConfidence.ShouldBe(0.7 / Math.Pow(3, 0.1), 1e-12);
        schedule.Models[1].ShouldBeSameAs(PaperModels.Published[2]);
        var network = file.Networks.ShouldHaveSingleItem();
        new[] { 0, 1, 2 }.Select(network.DelayMs).ShouldBe([1, 2.5, 1]);
    }

    [Theory]
    [InlineData("[1", "line 1: is no JSON")]
    [InlineData("[]", "$: has to be an object, not a list")]
    [InlineData("{}", "schedules: is missing")]
    [InlineData("""{"schedule": []}""", "schedule: there is no such field; there are models, networks, schedules")]
    [InlineData("""{"schedules": []}""", "schedules: has 0 entries; there have to be 1 to 1000")]
    [InlineData("""{"schedules": [{"name": "a", "nodes": [["FastBad"], ["Fast"]]}]}""", "schedules[0].nodes[1][0]: there is no model 'Fast'; there are FastBad, FastOK")]
    [InlineData("""{"schedules": [{"name": "a", "nodes": [[], []]}]}""", "schedules[0].nodes: has no model on any node")]
    [InlineData("""{"schedules": [{"name": "a", "nodes": [["FastBad"]]}, {"name": "a", "nodes": [["FastBad"]]}]}""", "schedules[1].name: 'a' is the name of another one")]
    [InlineData("""{"schedules": [{"name": "parity", "nodes": [["FastBad"]]}]}""", "schedules[0].name: 'parity' is the name of another one")]
    [InlineData("""{"schedules": [{"name": "a,b", "nodes": [["FastBad"]]}]}""", "schedules[0].name: has to be 1 to 40 letters, digits and inner hyphens")]
    [InlineData("""{"models": [{"name": "m", "delayMs": -1, "confidence": [1]}], "schedules": []}""", "models[0].delayMs: has to be a number from 0 to 1000000, not -1")]
    [InlineData("""{"models": [{"name": "m", "delayMs": 1, "confidence": [0.5, 1.5]}], "schedules": []}""", "models[0].confidence[1]: has to be a number from 0 to 1, not 1.5")]
    [InlineData("""{"models": [{"name": "m", "delayMs": 1}], "schedules": []}""", "models[0].confidence: is missing")]
    [InlineData("""{"models": [{"name": "m", "delayMs": 1, "beta": "x", "confidence": [1]}], "schedules": []}""", "models[0].beta: has to be a number from 0 to 1000000, not \"x\"")]
    [InlineData("""{"models": [{"name": "fastbad", "delayMs": 1, "confidence": [1]}], "schedules": []}""", "models[0].name: there is another model 'fastbad'")]
    [InlineData("""{"models": [{"name": "m", "name": "n", "delayMs": 1, "confidence": [1]}], "schedules": []}""", "models[0].name: is there twice")]
    [InlineData("""{"networks": [{"name": "spread", "delaysMs": [1]}], "schedules": [{"name": "a", "nodes": [["FastBad"]]}]}""", "networks[0].name: 'spread' is the name of another one")]
    public void What_is_wrong_is_told_with_its_path(string json, string error) =>
        Should.Throw<JsonPathException>(() => ScheduleFile.Parse(Encoding.UTF8.GetBytes(json))).Message.ShouldStartWith(error);

    [Fact]
    public async Task The_schedules_of_a_file_are_run_and_a_wrong_file_ends_in_2()
    {
        await using var line = CommandLine.WithoutPlatform();
        line.Write("mine.json", Mine);
        line.Write("wrong.json", "{}");

        var result = await line.RunAsync(
            "experiment", "paper", "--schedule-file", "mine.json", "--usecase", "psa", "--streams", "2", "--size", "10", "--network", "office",
            "--policy", "random", "--seeds", "1", "--requests", "5", "--out", "out", "--no-dynamics", "--no-page", "--table");
        var wrong = await line.RunAsync("experiment", "paper", "--schedule-file", "wrong.json", "--out", "out");
        var missing = await line.RunAsync("experiment", "paper", "--schedule-file", "nowhere.json", "--out", "out");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldMatch(@"mine +psa +2 +10 +office +0\.\d+");
        wrong.ExitCode.ShouldBe(2);
        wrong.Error.ShouldContain("wrong.json: schedules: is missing.");
        missing.ExitCode.ShouldBe(2);
        missing.Error.ShouldContain("nowhere.json");
    }
}
