using MuLambda.Catalog;
using MuLambda.Simulation.Paper;

namespace MuLambda.Cli.Experiments;

/// <summary>How far away the nodes of a live run were, as their probers measured it.</summary>
internal static class LiveDistances
{
    /// <summary>The network as measured.</summary>
    /// <param name="cell">What ran.</param>
    /// <param name="reports">The registry's latency reports.</param>
    /// <param name="clients">The clients that ran it; what several of them measured is averaged.</param>
    /// <returns>The cell's network; a node that nobody measured, as it has no executor, keeps its delay.</returns>
    public static PaperNetwork Of(PaperCell cell, IReadOnlyList<LatencyReport> reports, IEnumerable<string> clients)
    {
        var ids = clients.ToHashSet(StringComparer.Ordinal);
        var medians = reports.Where(report => ids.Contains(report.Client)).ToLookup(report => report.Node, report => report.MedianMs);
        return cell.Network with
        {
            DelaysMs = [.. cell.Schedule.Nodes.Select((_, node) =>
                medians[LivePlatform.NodeId(node)].DefaultIfEmpty(cell.Network.DelayMs(node)).Average())],
        };
    }
}
