using Microsoft.Extensions.Options;

namespace MuLambda.Selector;

/// <summary>Bounds the selections and inferences at a time; what does not fit is refused at once.</summary>
internal sealed class ConcurrencyGate(IOptions<SelectorOptions> options)
{
    private readonly int _limit = options.Value.MaxConcurrentRequests;
    private int _inside;

    /// <summary>Takes a place, until it is disposed.</summary>
    /// <exception cref="RequestException">There is none left.</exception>
    public Place Enter()
    {
        if (Interlocked.Increment(ref _inside) <= _limit)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _inside);
        throw new RequestException(
            StatusCodes.Status429TooManyRequests, "Too many requests at a time.",
            $"The selector answers {_limit} requests at a time.") { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    /// <summary>
    /// Gives a place up for as long as its request waits for something that has bounds of its own, until it is disposed. Then it is inside again, full or not:
    /// it was let in once.
    /// </summary>
    public Aside StepAside()
    {
        Interlocked.Decrement(ref _inside);
        return new Aside(this);
    }

    /// <summary>A place that was given up for a while.</summary>
    internal readonly struct Aside(ConcurrencyGate gate) : IDisposable
    {
        public void Dispose() => Interlocked.Increment(ref gate._inside);
    }

    /// <summary>A request's place.</summary>
    internal readonly struct Place(ConcurrencyGate gate) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref gate._inside);
    }
}
