using MuLambda.Batching;

namespace MuLambda.Selector;

/// <summary>A batch that left its queue. When nobody waits for any of its requests any more its call is given up.</summary>
internal sealed class RunningBatch(Batch batch, PendingPrediction[] requests) : IDisposable
{
    private readonly CancellationTokenSource _unwanted = new();
    private int _wanted = requests.Length;

    public Batch Batch { get; } = batch;

    public PendingPrediction[] Requests { get; } = requests;

    public CancellationToken Unwanted => _unwanted.Token;

    public void OneGaveUp()
    {
        if (Interlocked.Decrement(ref _wanted) == 0)
        {
            try
            {
                _unwanted.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was over at the same moment.
            }
        }
    }

    public void Dispose() => _unwanted.Dispose();
}
