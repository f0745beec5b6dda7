using MuLambda.Cli.Commands;
using MuLambda.Cli.Experiments;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Tests.Experiments;

public sealed class RunStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mulambda-runs-").FullName;

    private string Path => System.IO.Path.Combine(_directory, RunStore.FileName);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_result_is_the_same_after_it_was_kept()
    {
        var result = Run("random").Simulate(default);
        Keep(("random", result));

        using var store = RunStore.Open(_directory, fresh: false);
        var found = store.Find(Key("random"))!;

        (found with { RoundTrips = result.RoundTrips, Confidences = result.Confidences, Progress = result.Progress, Load = result.Load }).ShouldBe(result);
        (found.RoundTrips.FirstBin, found.RoundTrips.Min, found.RoundTrips.Max).ShouldBe((result.RoundTrips.FirstBin, result.RoundTrips.Min, result.RoundTrips.Max));
        found.RoundTrips.Counts.ShouldBe(result.RoundTrips.Counts);
        found.Confidences.ShouldBe(result.Confidences);
        found.Progress.Utility.ShouldBe(result.Progress.Utility);
        found.Load.Sent.SelectMany(sent => sent).ShouldBe(result.Load.Sent.SelectMany(sent => sent));
        store.Find(Key("weighted")).ShouldBeNull();
        store.Lost.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(500)]
    public void An_entry_that_is_not_whole_is_cut_off_and_the_others_stay(int missing)
    {
        Keep(("random", Run("random").Simulate(default)), ("round-robin", Run("round-robin").Simulate(default)));
        using (var file = File.OpenWrite(Path))
        {
            file.SetLength(file.Length - missing);
        }

        using (var store = RunStore.Open(_directory, fresh: false))
        {
            store.Lost.ShouldBeGreaterThan(0);
            store.Find(Key("random")).ShouldNotBeNull();
            store.Find(Key("round-robin")).ShouldBeNull();
        }

        Keep(("round-robin", Run("round-robin").Simulate(default)));
        using var mended = RunStore.Open(_directory, fresh: false);
        (mended.Lost, mended.Find(Key("random")) is not null, mended.Find(Key("round-robin")) is not null).ShouldBe((0, true, true));
    }

    [Fact]
    public void A_byte_that_changed_is_noticed()
    {
        Keep(("random", Run("random").Simulate(default)), ("round-robin", Run("round-robin").Simulate(default)));
        var seed = Random.Shared.Next();
        var bytes = File.ReadAllBytes(Path);
        var at = new Random(seed).Next("MULRUNS1".Length, bytes.Length);
        bytes[at] ^= 0x10;
        File.WriteAllBytes(Path, bytes);

        using var store = RunStore.Open(_directory, fresh: false);

        store.Lost.ShouldBeGreaterThan(0, $"byte {at}, seed {seed}");
        store.Find(Key("round-robin")).ShouldBeNull();
    }

    [Fact]
    public void Beginning_afresh_forgets_what_was_there()
    {
        Keep(("random", Run("random").Simulate(default)));

        using var store = RunStore.Open(_directory, fresh: true);

        store.Find(Key("random")).ShouldBeNull();
    }

    [Fact]
    public void A_file_of_something_else_is_left_as_it_is()
    {
        File.WriteAllText(Path, "precious results of something else");

        var error = Should.Throw<CliException>(() => RunStore.Open(_directory, fresh: true));

        error.ExitCode.ShouldBe(ExitCodes.Usage);
        error.Message.ShouldContain("choose another --out");
        File.ReadAllText(Path).ShouldBe("precious results of something else");
    }

    [Fact]
    public void Two_experiments_do_not_write_to_one_directory()
    {
        using var first = RunStore.Open(_directory, fresh: false);

        Should.Throw<CliException>(() => RunStore.Open(_directory, fresh: false)).Message.ShouldContain("does another experiment write there?");
    }

    [Fact]
    public void All_that_a_result_depends_on_is_in_its_key()
    {
        var run = Run("random");
        var cell = run.Cell;
        var model = PaperModels.Published[0];
        PaperRun[] others =
        [
            run with { Policy = "weighted" },
            run with { Seed = 2 },
            run with { Requests = 4 },
            run with { Cell = cell with { Streams = 4 } },
            run with { Cell = cell with { Size = 11 } },
            run with { Cell = cell with { UseCase = PaperUseCases.Published[1] } },
            run with { Cell = cell with { Network = PaperNetworks.Published[1] } },
            run with { Cell = cell with { Network = new PaperNetwork("spread", [10, 30, 100, 301]) } },
            run with { Cell = cell with { Schedule = new PaperSchedule("parity", [[model], [model]]) } },
            run with { Cell = cell with { Schedule = new PaperSchedule("parity", [[model, model], []]) } },
            run with { Cell = cell with { Schedule = new PaperSchedule("parity", [[model, model with { Name = "Other" }], []]) } },
        ];

        var keys = others.Select(other => RunKey.Of(other, "now")).Append(RunKey.Of(run, "now")).Append(RunKey.Of(run, "later"));

        keys.Select(Convert.ToHexString).Distinct().Count().ShouldBe(others.Length + 2);
        RunKey.Of(Run("random"), "now").ShouldBe(RunKey.Of(run, "now"));
    }

    [Fact]
    public void A_policys_stamp_is_its_own_and_the_same_each_time()
    {
        var stamps = PaperGrid.Policies.Select(policy => BehaviourStamp.Of(policy, default)).ToArray();

        stamps.Distinct().Count().ShouldBe(stamps.Length);
        BehaviourStamp.Of("weighted", default).ShouldBe(stamps[0]);
    }

    private static PaperRun Run(string policy) => new(PaperGrid.Published.Cells.First(cell => cell is { UseCase.Name: "scp", Streams: 3 }), policy, 1, 3);

    private static byte[] Key(string policy) => RunKey.Of(Run(policy), "now");

    private void Keep(params (string Policy, PaperRunResult Result)[] results)
    {
        using var store = RunStore.Open(_directory, fresh: false);
        foreach (var (policy, result) in results)
        {
            store.Add(Key(policy), result);
        }
    }
}
