using MuLambda.Selection;

namespace MuLambda.Selector;

/// <summary>What a request for a candidate would wait, by all of its queues: its requests wait apart by signature and layout, and share the executor.</summary>
internal sealed class CandidateWait
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ExecutorQueue, double> _waits = [];

    /// <summary>Takes in what a request would wait in a queue now, and tells selection what that makes of the candidate's wait.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="waitMs">The wait beyond the service time, in milliseconds.</param>
    /// <param name="track">Where selection reads it.</param>
    public void Report(ExecutorQueue queue, double waitMs, CandidateTrack track)
    {
        lock (_gate)
        {
            // A queue where nothing waits is not kept: it may be given up for another one.
            if (waitMs > 0)
            {
                _waits[queue] = waitMs;
            }
            else
            {
                _waits.Remove(queue);
            }

            // The longest: which queue a request will wait in selection does not know. Not the sum: each queue learned what its batches take while the
            // others' ran in the same executor, so what they cost it is in its wait already.
            var longestMs = 0.0;
            foreach (var (_, one) in _waits)
            {
                longestMs = Math.Max(longestMs, one);
            }

            track.ReportQueueWait(longestMs);
        }
    }
}
