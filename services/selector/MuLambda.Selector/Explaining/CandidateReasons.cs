using System.Globalization;
using MuLambda.Catalog;
using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>Says of each candidate of a request why it was or was not chosen, from the figures the decision was taken on.</summary>
internal sealed class CandidateReasons
{
    // Figures are written with four digits; what differs less is the same to a reader.
    private const double Equal = 5e-5;

    private const double LeastTakenMs = 0.01;

    private readonly Demand _demand;
    private readonly string _policy;
    private readonly Prospect? _chosen;
    private readonly Prospect? _best;
    private readonly Prospect? _second;
    private readonly int _admitted;

    /// <param name="demand">What was asked for.</param>
    /// <param name="policy">The policy's name.</param>
    /// <param name="prospects">All candidates; those that no hard criterion excludes by falling utility, then the others.</param>
    /// <param name="chosen">The chosen one; null where none was.</param>
    public CandidateReasons(Demand demand, string policy, IReadOnlyList<Prospect> prospects, Prospect? chosen)
    {
        _demand = demand;
        _policy = policy;
        _chosen = chosen;
        var admitted = prospects.Where(p => p.ExcludedBy.Count == 0).ToList();
        _admitted = admitted.Count;
        _best = admitted.FirstOrDefault();
        _second = admitted.FirstOrDefault(p => !ReferenceEquals(p, chosen));
    }

    /// <summary>A sentence.</summary>
    public string Of(Prospect prospect) =>
        prospect.ExcludedBy.Count > 0 ? Excluded(prospect)
        : _chosen is null ? "It meets the criteria, but it could not be assigned."
        : ReferenceEquals(prospect, _chosen) ? Chosen(_chosen)
        : NotChosen(prospect, _chosen);

    private string Excluded(Prospect prospect) =>
        $"Excluded: {string.Join("; ", prospect.ExcludedBy.Select(criterion => Excluded(prospect, criterion)))}.";

    private string Excluded(Prospect prospect, string criterion)
    {
        var (executor, estimate) = (prospect.Candidate.Executor, prospect.State.Estimate);
        return criterion switch
        {
            Criterion.State when executor.State != ExecutorState.Ready => string.IsNullOrWhiteSpace(executor.Reason)
                ? $"the executor is {executor.State.ToString().ToLowerInvariant()}"
                : $"the executor is {executor.State.ToString().ToLowerInvariant()} ({executor.Reason})",
            Criterion.State => "the executor is left out after a failure",
            Criterion.MaxLatency => Text($"estimated at {estimate.LatencyMs:0.##} ms, above maxLatencyMs {_demand.Criteria.Bounds?.MaxLatencyMs}"),
            Criterion.MinAccuracy => Text(
                $"accuracy {prospect.Candidate.Track.Model.Accuracy.Current.Proven:0.####}, below minAccuracy {_demand.Criteria.Bounds?.MinAccuracy}"),
            _ => criterion,
        };
    }

    private string Chosen(Prospect chosen)
    {
        if (_admitted == 1)
        {
            return "Chosen: no other one meets the criteria.";
        }

        switch (_policy)
        {
            case "round-robin":
                return "Chosen: it was its turn.";
            case "random":
                return "Chosen by chance.";
            case "plain-net-latency":
                return chosen.State.Estimate.RttSource == RoundTripSource.Measured
                    ? Text($"Chosen: no other one has a smaller measured round trip than its {chosen.State.Estimate.RttMs:0.##} ms.")
                    : "Chosen: nobody measured a round trip, and it is the first.";
        }

        var above = _best!.Utility - chosen.Utility;
        if (above <= Equal)
        {
            var second = _second!;
            return chosen.Utility - second.Utility <= Equal
                ? Text($"Chosen: utility {chosen.Utility:0.####}, which is the largest, with {Name(second)}; ties go to the more accurate, the less crowded, the smaller model.")
                : Text($"Chosen: the largest utility, {chosen.Utility:0.####}; the next is {second.Utility:0.####} of {Name(second)}.");
        }

        return chosen.State.Observations == 0
            ? Text($"Chosen to learn what it takes: nothing has been observed of it yet. {Name(_best)} has {above:0.####} more utility.")
            : chosen.State.IsDue
                ? Text($"Chosen to measure it again. {Name(_best)} has {above:0.####} more utility.")
                : Text($"Chosen, though {Name(_best)} has {above:0.####} more utility: answers scatter by more than that, and ties go to the more accurate, the less crowded, the smaller model.");
    }

    private string NotChosen(Prospect prospect, Prospect chosen)
    {
        switch (_policy)
        {
            case "round-robin":
                return "It was not its turn.";
            case "random":
                return "Chance took another one.";
            case "plain-net-latency":
                return prospect.State.Estimate.RttSource == RoundTripSource.Measured
                    ? Text($"Its measured round trip, {prospect.State.Estimate.RttMs:0.##} ms, is not smaller than that of {Name(chosen)}.")
                    : "Nobody measured its round trip.";
        }

        var below = chosen.Utility - prospect.Utility;
        var differences = string.Join(" and ", Differences(prospect, chosen));
        return below > Equal ? Text($"{below:0.####} less utility than {Name(chosen)}: {differences}.")
            : below >= -Equal ? Text($"As much utility as {Name(chosen)}; ties go to the more accurate, the less crowded, the smaller model ({prospect.State.InFlight} against {chosen.State.InFlight} in flight).")
            : Text($"{-below:0.####} more utility than {Name(chosen)}, which was preferred: see there.");
    }

    private IEnumerable<string> Differences(Prospect prospect, Prospect chosen)
    {
        var (one, other) = (prospect.State.Estimate, chosen.State.Estimate);
        var slowerMs = one.LatencyMs - other.LatencyMs;
        if (_demand.Desired.Latency > 0 && slowerMs > 0)
        {
            (string Name, double Ms)[] parts =
            [
                ("round trip", one.RttMs - other.RttMs), ("wait", one.WaitMs - other.WaitMs), ("service", one.ServiceMs - other.ServiceMs),
            ];
            var most = parts.MaxBy(p => p.Ms);
            yield return Text($"{slowerMs:0.##} ms slower, most of it {most.Name} ({most.Ms:+0.##;-0.##} ms)");
        }

        var (taken, takenByOther) = (Taken(prospect), Taken(chosen));
        if (taken - takenByOther > LeastTakenMs)
        {
            yield return Text($"it would delay others by {taken:0.##} ms against {takenByOther:0.##}");
        }

        if (_demand.Desired.Accuracy > 0 && one.Accuracy < other.Accuracy)
        {
            yield return Text($"{other.Accuracy - one.Accuracy:0.####} less accurate");
        }

        if (!(_demand.Desired.Latency > 0 && slowerMs > 0) && taken - takenByOther <= LeastTakenMs && !(_demand.Desired.Accuracy > 0 && one.Accuracy < other.Accuracy))
        {
            yield return Text($"latency {one.LatencyMs:0.##} ms against {other.LatencyMs:0.##}, accuracy {one.Accuracy:0.####} against {other.Accuracy:0.####}");
        }
    }

    // What the request would add to others' latencies.
    private static double Taken(Prospect prospect) => Math.Max(0, prospect.State.MarginalMs - prospect.State.Estimate.LatencyMs);

    private static string Name(Prospect prospect) => prospect.Candidate.Executor.Models.Count == 1
        ? prospect.Candidate.Executor.Id
        : $"{prospect.Candidate.Executor.Id} ({prospect.Candidate.Model.Reference})";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
