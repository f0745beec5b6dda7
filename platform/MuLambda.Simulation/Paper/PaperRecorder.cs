namespace MuLambda.Simulation.Paper;

/// <summary>Makes the figures of a run out of its requests, in memory that does not grow with them.</summary>
internal sealed class PaperRecorder(PaperCell cell, int requests) : IRequestSink
{
    private readonly int _parts = Math.Min(Progress.Parts, requests);
    private readonly LoadRecorder _load = new(cell.Schedule.Nodes.Count, cell.Schedule.Executors.Count);
    private readonly Part[] _progress = new Part[Math.Min(Progress.Parts, requests)];
    private readonly Dictionary<double, long> _confidences = [];
    private readonly QuantileSketch _roundTrips = new();
    private long _failed;
    private double _endMs;

    public void Finished(in RequestRecord record)
    {
        _endMs = Math.Max(_endMs, record.EndMs);
        ref var part = ref _progress[(int)((long)record.Sequence * _parts / requests)];
        part.Ended++;
        if (record.Outcome != RequestOutcome.Answered)
        {
            _failed++;
            return;
        }

        part.Answered++;
        part.RoundTripMs += record.RoundTripMs;
        part.Confidence += record.Confidence;
        part.Utility += RealisedUtility.Of(
            cell.UseCase.Phases[record.Phase], record.RoundTripMs, record.Confidence, cell.Schedule.BestExpectedConfidence);
        _roundTrips.Add(record.RoundTripMs);
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_confidences, record.Confidence, out _)++;
        _load.Add(cell.Schedule.Executors[record.Executor].Node, record.Executor, record.StartMs, record.EndMs);
    }

    public PaperRunResult ToResult(string policy, long seed)
    {
        var (ended, answered) = (_progress.Sum(part => part.Ended), Math.Max(1, _progress.Sum(part => part.Answered)));
        return new PaperRunResult(
            policy,
            seed,
            ended,
            _failed,
            _endMs,
            _progress.Sum(part => part.RoundTripMs) / answered,
            _progress.Sum(part => part.Confidence) / answered,
            _progress.Sum(part => part.Utility) / Math.Max(1, ended),
            _roundTrips,
            [.. _confidences.OrderBy(pair => pair.Key).Select(pair => new ValueCount(pair.Key, pair.Value))],
            new Progress(
                [.. _progress.Select(part => part.RoundTripMs / Math.Max(1, part.Answered))],
                [.. _progress.Select(part => part.Confidence / Math.Max(1, part.Answered))],
                [.. _progress.Select(part => part.Utility / Math.Max(1, part.Ended))]),
            _load.ToTimeline());
    }

    private struct Part
    {
        public long Ended;
        public long Answered;
        public double RoundTripMs;
        public double Confidence;
        public double Utility;
    }
}
