using MuLambda.Catalog;

namespace MuLambda.Simulation.Tests;

public sealed class CriteriaTests
{
    // The evaluation's environment monitoring: five equal parts with other weights each.
    private static readonly (double Latency, double Accuracy)[] Weights = [(0.5, 0.5), (0.2, 0.8), (0, 1), (0.8, 0.2), (1, 0)];

    [Fact]
    public void Weights_change_with_the_request_that_begins_a_part_of_the_run()
    {
        var spec = Clusters.Parity(new ClosedLoop(3, 100), 0.5, 0.5);
        spec = spec with
        {
            // Models that do not say how sure they are: what is declared is what they are.
            Models = [.. spec.Models.Select(model => model with { Confidence = null })],
            Clients =
            [
                spec.Clients[0] with
                {
                    Changes = [.. Weights.Skip(1).Select((w, i) => new CriteriaChange(Clusters.Criteria(w.Latency, w.Accuracy), AtFraction: (i + 1) / 5.0))],
                },
            ],
        };

        var records = Clusters.Run(spec);

        records.ShouldAllBe(r => r.Phase == r.Sequence / 20);
        foreach (var model in records.Where(r => r.Phase == 2).Select(r => spec.Models[r.Model].Name).Distinct())
        {
            // Nothing but accuracy counts, and the executors that have the best are four.
            model.ShouldBe("slow-good");
        }
    }

    [Fact]
    public void Weights_change_at_a_time()
    {
        var spec = Clusters.Parity(new ClosedLoop(2, 200), 1, 0);
        spec = spec with
        {
            Clients = [spec.Clients[0] with { Changes = [new(Clusters.Criteria(0, 1), AtMs: 1500), new(Clusters.Criteria(1, 0), AtMs: 6000)] }],
        };

        foreach (var record in Clusters.Run(spec))
        {
            record.Phase.ShouldBe(record.StartMs < 1500 ? 0 : record.StartMs < 6000 ? 1 : 2);
        }
    }

    [Fact]
    public void Hard_criteria_leave_executors_out()
    {
        var spec = Clusters.Parity(new ClosedLoop(4, 50));
        var bounds = new Criteria(ClusterSpec.DefaultTraits, new Preference(1, 0), new Bounds(MinAccuracy: 0.9));
        var detection = new Traits("detection", "image", "boxes");
        spec = spec with
        {
            Models = [.. spec.Models.Select(m => m.Name == "mid-good" ? m with { Traits = detection } : m)],
            Clients = [spec.Clients[0] with { Criteria = bounds }],
        };

        foreach (var chooser in Cluster.Choosers)
        {
            Clusters.Run(spec, chooser).ShouldAllBe(r => spec.Models[r.Model].Name == "slow-good", chooser);
        }
    }

    [Fact]
    public void Where_no_executor_meets_the_criteria_requests_end_without_one()
    {
        var spec = Clusters.Parity(new ClosedLoop(1, 3, FailurePauseMs: 200));
        spec = spec with
        {
            Clients =
            [
                spec.Clients[0] with { Criteria = new(new Traits("detection", "image", "boxes"), new Preference(1, 0)) },
            ],
        };

        var records = Clusters.Run(spec);

        records.ShouldAllBe(r => r.Outcome == RequestOutcome.NoCandidate && r.Executor == -1 && r.Model == -1);
        records.Select(r => r.StartMs).ShouldBe([0, 200, 400]);
    }
}
