using MuLambda.Protocol.Serving;

namespace MuLambda.Selector.Tests.Batching;

/// <summary>Holds an executor's calls until it opens; later ones pass.</summary>
internal sealed class Gate : IDisposable
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _entered;

    public Gate(TestExecutor executor) => executor.Handler = async (request, call) =>
    {
        Interlocked.Increment(ref _entered);
        await _open.Task.WaitAsync(call.CancellationToken);
        return Then(request);
    };

    public Func<PredictRequest, PredictResponse> Then { get; init; } = TestExecutor.Answer;

    public Task EnteredAsync(int calls) => Batches.Eventually(() => Volatile.Read(ref _entered) >= calls);

    public void Open() => _open.TrySetResult();

    public void Dispose() => Open();
}
