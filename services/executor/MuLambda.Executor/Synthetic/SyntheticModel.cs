using System.Diagnostics;
using MuLambda.Executor.Prediction;
using MuLambda.Timing;

namespace MuLambda.Executor.Synthetic;

/// <summary>Gives a model the time of a synthetic one. It answers what it answers; only its answers come later.</summary>
internal sealed class SyntheticModel(SyntheticDelay delay, PreciseTimer timer)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(delay.Seed);
    private int _requests;

    private PreciseTimer Timer => timer;

    /// <summary>Lets a request into the model.</summary>
    public Stay Enter(PredictionInput input)
    {
        var arrived = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            return new Stay(this, arrived, delay.Of(ElementsOf(input), _requests++, _random.NextDouble()));
        }
    }

    /// <summary>The elements of the largest input: others, such as a label to look up, are beside it.</summary>
    private static long ElementsOf(PredictionInput input)
    {
        var most = 0L;
        foreach (var tensor in input.Tensors.Values)
        {
            most = Math.Max(most, tensor.Length);
        }

        return most;
    }

    /// <summary>A request's time in the model, which ends with the disposal.</summary>
    internal sealed class Stay(SyntheticModel model, long arrived, TimeSpan length) : IDisposable
    {
        /// <summary>How long it is to be.</summary>
        public TimeSpan Length => length;

        /// <summary>Waits until its time is over, counted from its arrival.</summary>
        /// <exception cref="OperationCanceledException">The token fired, or the executor stops.</exception>
        public Task OverAsync(CancellationToken cancellationToken) =>
            model.Timer.WaitUntilAsync(arrived + (long)(length.TotalSeconds * Stopwatch.Frequency), cancellationToken);

        public void Dispose()
        {
            lock (model._gate)
            {
                model._requests--;
            }
        }
    }
}
