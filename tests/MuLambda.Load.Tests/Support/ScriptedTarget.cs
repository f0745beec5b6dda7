using System.Collections.Concurrent;

namespace MuLambda.Load.Tests.Support;

/// <summary>A target that notes what it is sent, and ends requests as a test wants.</summary>
internal sealed class ScriptedTarget(Func<long, CancellationToken, Task<LoadFailure?>> answer) : ILoadTarget
{
    private readonly ConcurrentDictionary<long, int> _items = new();

    private readonly ConcurrentDictionary<long, TimeSpan> _timeouts = new();

    public string Address => "scripted";

    /// <summary>The time that each request was given.</summary>
    public IReadOnlyDictionary<long, TimeSpan> Timeouts => _timeouts;

    /// <summary>The examples of each request that was sent, by its number.</summary>
    public IReadOnlyDictionary<long, int> Sent => _items;

    public static ScriptedTarget AnswersAtOnce() => new((_, _) => Task.FromResult<LoadFailure?>(null));

    /// <summary>Never answers; a request ends when the run gives it up.</summary>
    public static ScriptedTarget NeverAnswers() => new(async (_, abort) =>
    {
        var given = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = abort.Register(given.SetResult);
        await given.Task;
        return new LoadFailure(FailureKinds.CutOff, "given up");
    });

    public Task<LoadFailure?> SendAsync(long number, int items, TimeSpan timeout, CancellationToken abort)
    {
        _items.TryAdd(number, items).ShouldBeTrue("each request is sent once");
        _timeouts[number] = timeout;
        return answer(number, abort);
    }

    public void Dispose()
    {
    }
}
