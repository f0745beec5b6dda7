using MuLambda.Catalog;
using MuLambda.Cli.Experiments;

namespace MuLambda.Cli.Tests.Experiments.Live;

public sealed class LiveDistancesTests
{
    [Fact]
    public void The_nodes_are_as_far_away_as_their_probers_measured_for_the_clients_of_the_run()
    {
        var cell = LiveOptions.Defaults.Grid.Cells.First();
        LatencyReport[] reports = [Report("node0", "psa-0", 11), Report("node0", "psa-1", 13), Report("node0", "warm-up", 500), Report("node2", "psa-0", 102.5)];

        var network = LiveDistances.Of(cell, reports, ["psa-0", "psa-1"]);

        network.Name.ShouldBe("spread");
        network.DelaysMs.ShouldBe([12, 30, 102.5, 300], "what nobody measured stays as it was set");
    }

    private static LatencyReport Report(string node, string client, double medianMs) => new(node, client, medianMs, medianMs, 3, default);
}
