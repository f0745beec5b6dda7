using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>What is to be seen in figures, said with their own numbers.</summary>
internal static class Captions
{
    public static string Distributions(CellSummary cell) =>
        "Above, the share of requests up to a round trip, and up to an accuracy; below, boxes from the first to the third quartile with the median, and whiskers "
        + "from the 1st to the 99th percentile. "
        + Compare(
            cell,
            "The median round trip",
            policy => policy.RoundTrips.Quantile(0.5),
            Words.Milliseconds)
        + Compare(cell, "The mean accuracy", policy => policy.MeanConfidence, value => Words.Of($"{value:0.000}"));

    public static string Series(CellSummary cell) =>
        "Means over fiftieths of each stream's requests and over the seeds. "
        + (cell.Cell.UseCase.Phases.Count > 1 ? "Dotted lines are where the weights (latency : accuracy) change. " : "")
        + Compare(
            cell,
            "In the last fifth the mean round trip",
            policy => policy.Runs.Average(run => run.Progress.RoundTripMs.Skip(run.Progress.RoundTripMs.Count * 4 / 5).Average()),
            Words.Milliseconds);

    public static string Load(CellSummary cell) =>
        Words.Of($"Of seed {cell.Policies[0].Runs[0].Seed}; every panel has the same height and its own time, as a better choice finishes sooner. ")
        + Compare(cell, "In the mean over time, the share of the requests in flight that is at the fullest node", Fullest, share => Words.Of($"{100 * share:0} %"));

    public static string Scaling(IReadOnlyList<CellSummary> cells)
    {
        var last = cells.MaxBy(cell => cell.Cell.Streams)!;
        return Words.Of($"Each column is one size of requests and one network. With {last.Cell.Streams} streams (size {last.Cell.Size}, {last.Cell.Network.Name}): ")
            + Compare(last, "the mean round trip", policy => policy.MeanRoundTripMs.Mean, Words.Milliseconds)
            + Compare(last, "The utility", policy => policy.Utility.Mean, value => Words.Of($"{value:0.000}"));
    }

    private static string Compare(CellSummary cell, string what, Func<PolicySummary, double> figure, Func<double, string> text)
    {
        var published = cell.Published.Select(policy => (policy.Policy, Value: figure(policy))).OrderBy(policy => policy.Value).ToArray();
        var own = cell.Of(PaperGrid.Challenger);
        var others = published switch
        {
            [] => "",
            [var only] => $"{text(only.Value)} under {only.Policy}",
            _ => $"from {text(published[0].Value)} ({published[0].Policy}) to {text(published[^1].Value)} ({published[^1].Policy}) under the published policies",
        };
        return own is null
            ? published.Length == 0 ? "" : $"{what} is {others}. "
            : $"{what} is {text(figure(own))} under {own.Policy}{(published.Length == 0 ? "" : $"; it is {others}")}. ";
    }

    private static double Fullest(PolicySummary policy)
    {
        var nodes = policy.Runs[0].Load.InFlight;
        var (fullest, all) = (0.0, 0.0);
        for (var bin = 0; bin < nodes[0].Count; bin++)
        {
            fullest += nodes.Max(node => node[bin]);
            all += nodes.Sum(node => node[bin]);
        }

        return all > 0 ? fullest / all : 0;
    }
}
